import { planTaskFiles, type PlannedItem } from '../pipeline/plan.ts';
import { withSurroundings } from '../pipeline/surroundings.ts';
import { printable } from '../report/printable.ts';
import { loadParser } from '../sql/parse.ts';
import type { OptionValues, Outside } from './command.ts';
import { listOf, openProject, targetOf } from './project.ts';
import { requestOf } from './run-request.ts';

/** Everything behind `pitstop plan`, loaded only when it runs. */
export async function planCommand(
  outside: Outside,
  args: readonly string[],
  options: OptionValues,
): Promise<number> {
  const project = await openProject(outside, args, options);
  const { root, paths } = project;
  const ids = options['item'] === undefined ? null : listOf(options['item']);
  const target = targetOf(project, options);
  await loadParser();
  const request = {
    ...requestOf(outside, options, project, { runId: 'plan', emit: () => {} }),
    purpose: 'plan' as const,
  };
  const items =
    target === null
      ? await planTaskFiles(root, paths, ids, null)
      : await withSurroundings({ ...request, target, embedded: false }, (run) =>
          planTaskFiles(root, paths, ids, run),
        );
  if (options['json'] === true) outside.out(`${JSON.stringify({ schemaVersion: 1, items })}\n`);
  else
    outside.out(
      items
        .flatMap(linesOf)
        .map((line) => `${line}\n`)
        .join(''),
    );
  return 0;
}

function linesOf({
  id,
  title,
  marker,
  kind,
  statement,
  reason,
  findings,
  candidates,
}: PlannedItem): string[] {
  const head = `[${marker}] ${id} ${printable(title)}`;
  if (kind === null && reason?.code === 'not-recognised') return [`${head}: not ours`];
  return [
    `${head}: ${kind ?? 'unclear'}`,
    ...(statement === null ? [] : [`    statement  ${statement.from}: ${printable(statement.sql)}`]),
    ...(reason === null
      ? []
      : [
          `    ${reason.code === 'complete' ? 'done   ' : 'blocked'}    ${printable(reason.message)} (${reason.code})`,
        ]),
    ...(findings ?? []).map((finding) => `    finding    ${printable(finding)}`),
    ...(candidates ?? []).map((candidate) => `    would try  ${printable(candidate)}`),
  ];
}
