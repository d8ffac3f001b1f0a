import { gatedStatements, type ApprovalRequest } from '../gate/request.ts';
import { printable } from './printable.ts';

/** A request as a person reads it before deciding: parsed statements, effects, target in words. */
export function requestLines(request: ApprovalRequest): string[] {
  const { id, item, summary, environment, target, statements, effects, undo, files, rejected } = request;
  return [
    `request ${id}: ${printable(summary)}`,
    ...(item === null ? [] : [`  item         ${printable(`${item.id} ${item.title} (${item.file})`)}`]),
    `  why          ${printable(request.reason)}`,
    `  environment  ${environment}`,
    `  target       database ${printable(target.database)} on ${printable(target.host)} port ${target.port}, as role ${printable(target.role)}`,
    `  server       system ${target.systemIdentifier}, database oid ${target.databaseOid}`,
    ...pushLines(request),
    ...(request.action === 'push'
      ? []
      : [
          `  statements   ${statements.length}, of which ${gatedStatements(request).length} need an approval`,
        ]),
    ...statements.flatMap(({ sql, class: className, verdict, reasons }, at) => [
      ...sqlLines(`    ${at + 1}. `, sql),
      `       ${className}, ${verdict}: ${printable(reasons.join('; '))}`,
    ]),
    ...effects.map((effect) => `  effect       ${printable(effect)}`),
    ...undo.flatMap((sql) => sqlLines('  may undo by  ', sql)),
    ...appliedBeforeLines(request),
    ...files.map(({ path }) => `  file         ${printable(path)}`),
    ...(rejected === null
      ? []
      : [`  rejected     by ${printable(rejected.by)} at ${rejected.at}: ${printable(rejected.reason)}`]),
  ];
}

/** Line by line, as it will be read by the server: on one line a comment would seem to go on to the end. */
function sqlLines(head: string, sql: string): string[] {
  return sql
    .split(/\r?\n/)
    .map((line, at) => `${at === 0 ? head : ' '.repeat(head.length)}${printable(line)}`);
}

function pushLines({ push }: ApprovalRequest): string[] {
  if (push === undefined) return [];
  return [
    `  pushes       branch ${printable(push.branch)}, commit ${printable(push.head)}`,
    `  to           ${printable(push.remote)}, ${printable(push.url)}`,
  ];
}

function appliedBeforeLines({ action, environment, appliedBefore }: ApprovalRequest): string[] {
  if (action === 'push') return [];
  if (environment !== 'production' && appliedBefore.length === 0) return [];
  if (appliedBefore.length === 0)
    return ['  WARNING      these bytes were not applied anywhere before, by the log of this working copy'];
  return appliedBefore.map((where) => `  applied      ${printable(where)}`);
}

/**
 * What has to be typed to say yes: the object's name, on production the environment's, of a push the branch's, and the
 * first eight characters of the request. Neither is a default, a habit or a guess.
 */
export function confirmationWords(request: ApprovalRequest): string {
  return `${namesOf(request)[0] ?? request.environment} ${request.id.slice(0, 8)}`;
}

export function isConfirmedBy(request: ApprovalRequest, answer: string): boolean {
  const typed = answer.trim().replace(/\s+/g, ' ');
  const names = namesOf(request);
  return (request.push === undefined ? [...names, request.environment] : names).some(
    (name) => typed === `${name} ${request.id.slice(0, 8)}`,
  );
}

/**
 * On production only the environment's own name counts: whoever types it knows where they are. A name that cannot be
 * shown or typed as it is does not count anywhere.
 */
function namesOf({ environment, objects, push }: ApprovalRequest): readonly string[] {
  if (push !== undefined) return [push.branch];
  return environment === 'production'
    ? []
    : objects.filter((name) => printable(name).trim().replace(/\s+/g, ' ') === name);
}
