import { walkAuditLog, readLogId, verifyAuditLog, type AuditVerification } from '../audit/verify.ts';
import { AUDIT_LOG } from '../audit/log.ts';
import { EXIT, PitstopError } from '../errors.ts';
import { readAnchors, type FoundAnchors } from '../migration/audit-anchor.ts';
import { withSession } from '../pg/session.ts';
import { recordLine } from '../report/audit-line.ts';
import type { OptionValues, Outside } from './command.ts';
import { openRepository, targetOf, type Repository } from './project.ts';
import { describeError } from './to-error.ts';

/** `pitstop log`: the records as they stand, the newest last. A long log is never held as a whole. */
export async function printLog(outside: Outside, options: OptionValues): Promise<number> {
  const { root } = await openRepository(outside, options);
  const json = options['json'] === true;
  const logId = await readLogId(root);
  if (json) outside.out(`{"schemaVersion":1,"logId":${JSON.stringify(logId)},"records":[`);
  let separator = '';
  const { problems } = await walkAuditLog(root, (record) => {
    outside.out(json ? `${separator}${JSON.stringify(record)}` : `${recordLine(record)}\n`);
    separator = ',\n';
  });
  if (json) outside.out(']}\n');
  else if (logId === null) outside.err(`there is no audit log yet (${AUDIT_LOG})\n`);
  if (problems.length > 0) outside.err('the log is not whole: pitstop log --verify says where\n');
  return EXIT.ok;
}

/** `pitstop log --verify`. */
export async function printVerification(outside: Outside, options: OptionValues): Promise<number> {
  const repository = await openRepository(outside, options);
  const logId = await readLogId(repository.root);
  const anchors = await anchorsOf(repository, options, logId);
  const verification = await verifyAuditLog(
    repository.root,
    anchors === 'no-database' ? [] : (anchors?.anchors ?? []),
  );
  const error = verification.whole ? null : brokenLog(repository.root);
  if (options['json'] === true)
    outside.out(`${JSON.stringify(toDocument(logId, anchors, verification, error))}\n`);
  else {
    for (const line of [...chainLines(verification), anchorLine(anchors, verification)])
      outside.out(`${line}\n`);
    if (error !== null) outside.err(describeError(error));
  }
  return error?.exitCode ?? EXIT.ok;
}

type Anchors = FoundAnchors | null | 'no-database';

async function anchorsOf(
  repository: Repository,
  options: OptionValues,
  logId: string | null,
): Promise<Anchors> {
  const target = targetOf(repository, options);
  if (target === null) return 'no-database';
  return withSession(target, 'reader', null, (session) => readAnchors(session, logId));
}

function brokenLog(root: string): PitstopError {
  return new PitstopError('audit-log-broken', `the audit log of ${root} is not what pitstop has written`, {
    file: AUDIT_LOG,
    hint: 'Keep the file, find out who changed it, then move it away: a new log begins by itself.',
  });
}

function toDocument(
  logId: string | null,
  anchors: Anchors,
  { chain, anchorProblems, whole }: AuditVerification,
  error: PitstopError | null,
): unknown {
  return {
    schemaVersion: 1,
    logId,
    whole,
    records: chain.records,
    torn: chain.torn,
    problems: chain.problems,
    anchors:
      anchors === 'no-database'
        ? null
        : {
            table: anchors !== null,
            count: anchors?.anchors.length ?? 0,
            newest: anchors?.anchors.at(-1)?.seq ?? null,
            otherLogs: anchors?.otherLogs ?? 0,
            problems: anchorProblems,
          },
    error,
  };
}

function chainLines({ chain }: AuditVerification): string[] {
  const { records, problems, torn, seq } = chain;
  return [
    ...torn.map((line) => `line ${line}: torn by a crash, no part of the chain`),
    ...problems.map(
      ({ line, seq: at, expected, found }) =>
        `line ${line}, record ${at}: expected ${expected}, found ${found}`,
    ),
    problems.length === 0
      ? `chain: whole, ${records} record${records === 1 ? '' : 's'}${records === 0 ? '' : `, the last is ${seq}`}`
      : 'chain: broken',
  ];
}

function anchorLine(anchors: Anchors, { chain, anchorProblems }: AuditVerification): string {
  if (anchors === 'no-database')
    return 'anchors: not compared, no database is named; records that are missing at the end cannot be seen';
  if (anchors === null)
    return 'anchors: the database has none; records that are missing at the end cannot be seen';
  const { anchors: own, otherLogs } = anchors;
  if (own.length === 0) {
    const others =
      otherLogs === 0
        ? ''
        : `, but of ${otherLogs} other${otherLogs === 1 ? '' : 's'}: another working copy, or a log that was replaced`;
    return `anchors: the database has none of this log${others}; records that are missing at the end cannot be seen`;
  }
  if (anchorProblems.length === 0)
    return `anchors: ${own.length}, all in the log; the newest is ${own.at(-1)?.seq}`;
  return anchorProblems
    .slice(0, MOST_LINES)
    .map(({ seq, expected, found, truncated }) =>
      truncated
        ? `anchors: record ${seq} is missing, the log ends at ${chain.seq}: it was truncated`
        : `anchors: record ${seq}: expected ${expected}, found ${found}`,
    )
    .join('\n');
}

const MOST_LINES = 50;
