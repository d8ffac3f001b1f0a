import type { Approval } from '../gate/approval.ts';
import type { Measurement, RowsComparison, Speedup } from '../measure/measurement.ts';
import type { Inline, OutputField } from '../task/edit.ts';
import { formatBytes, formatCount, formatMeasurement, formatSaving, formatSpeedup } from './format.ts';

/** What the task file's fields are made of. */
export interface Recorded {
  readonly outcome: string;
  readonly reason: { readonly code: string; readonly message: string };
  readonly before: Measurement | null;
  readonly after: Measurement | null;
  readonly speedup: Speedup | null;
  readonly lowerBound: boolean;
  readonly rows: RowsComparison;
  readonly rowCounts: readonly number[];
  readonly changes: string | null;
  readonly rewrite: string | null;
  readonly notes: readonly string[];
  readonly sizeBytes: number;
  /** Null where the project's tests were not run. */
  readonly tests: readonly Inline[] | null;
  /** What is left for a person: `the server is to be given it, with a reload`; null for nothing. */
  readonly remains: string | null;
  /** Whether anything of it has reached the target. */
  readonly hasMigrations: boolean;
  readonly upPaths: readonly string[];
  readonly downPaths: readonly string[];
  readonly request: string | null;
  /** Under which the change was applied. */
  readonly approval: Pick<Approval, 'approver' | 'issued' | 'method' | 'request'> | null;
  readonly evidence: string;
}

const STATUS: Readonly<Record<string, string>> = {
  proven: '✅ Completed',
  applied: '✅ Applied',
  'already-met': '✅ Already met',
  'awaiting-approval': '⚠️ Awaiting approval',
  'handed-over': '⚠️ Handed over',
};

/** The fields of an item, in the order in which the task file shows them; null removes one that is ours. */
export function outputFields(recorded: Recorded): OutputField[] {
  const { outcome, reason, before, after, lowerBound, upPaths, downPaths, evidence } = recorded;
  const done = outcome === 'proven' || outcome === 'applied';
  return [
    { name: 'Status', value: [statusOf(recorded)] },
    { name: 'File', value: codes(upPaths) },
    { name: 'Before', value: before === null ? null : [formatMeasurement(before, lowerBound)] },
    { name: 'After', value: after === null ? null : [afterText(recorded, after)] },
    { name: 'Changes', value: changesOf(recorded) },
    { name: 'Tests', value: recorded.tests },
    { name: 'Impact', value: hasImpact(recorded) ? impactOf(recorded) : null },
    { name: 'Evidence', value: [{ code: evidence }] },
    { name: 'Rollback', value: codes(downPaths) },
    { name: 'Approval', value: done ? approvedBy(recorded) : waitsFor(recorded) },
    {
      name: 'Blocked',
      value:
        done || outcome === 'already-met' || waitsFor(recorded) !== null
          ? null
          : [`${reason.message} (`, { code: reason.code }, ')'],
    },
  ];
}

function hasImpact({ outcome, speedup }: Recorded): boolean {
  const isDone = outcome === 'proven' || outcome === 'applied' || outcome === 'already-met';
  return isDone || (outcome === 'handed-over' && speedup !== null);
}

/** `request a1fd70074cd104b2, approved by alice@example.com (SSH signature, 2026-11-22T10:15:00Z)` */
function approvedBy({ approval }: Recorded): readonly Inline[] | null {
  if (approval === null) return null;
  const { approver, issued, method, request } = approval;
  const how = method === 'ssh' ? 'SSH signature' : 'typed at a terminal';
  const at = issued.replace(/\.\d+Z$/, 'Z');
  return ['request ', { code: request }, `, approved by ${approver} (${how}, ${at})`];
}

/** An approval that was given and does not count is named, so that somebody can give a better one. */
function waitsFor({ outcome, request, reason: { code, message } }: Recorded): readonly Inline[] | null {
  if (request === null || outcome !== 'awaiting-approval') return null;
  const waits = ['request ', { code: request }, ' waits for a person'];
  return code === 'approval-needed' ? waits : [...waits, `: ${message} (`, { code }, ')'];
}

function statusOf({ outcome, reason: { code }, after, remains, hasMigrations }: Recorded): string {
  // Files alone have not reached anything yet.
  if (outcome === 'applied' && remains !== null)
    return `✅ ${hasMigrations ? 'Applied' : 'Written'}; ${remains}`;
  if (outcome === 'applied' && after !== null && after.where !== 'target')
    return `✅ Applied, measured in the ${after.where} lab`;
  if (outcome === 'proven' && code === 'target-missed') return '✅ Completed, target not reached';
  return STATUS[outcome] ?? '⚠️ Blocked';
}

function afterText({ speedup }: Recorded, after: Measurement): string {
  const shown = formatMeasurement(after);
  return speedup === null ? shown : shown.replace(/\)$/, () => `; ${formatSaving(speedup)})`);
}

function changesOf({ changes, sizeBytes, notes, rewrite }: Recorded): readonly Inline[] | null {
  if (changes === null) return null;
  const size = sizeBytes === 0 ? [] : [formatBytes(sizeBytes)];
  const text = [changes, ...size, ...notes].join('; ');
  return rewrite === null ? [text] : [`${text}:`, { sql: rewrite }];
}

function impactOf({ outcome, reason, speedup, lowerBound, rows, rowCounts }: Recorded): readonly Inline[] {
  if (outcome === 'already-met' || speedup === null) return [reason.message];
  const parts = [formatSpeedup(speedup, lowerBound), ...rowsText(rows, rowCounts)];
  if (reason.code === 'target-missed') parts.push(reason.message.split('; ').slice(1).join('; '));
  return [parts.join('; ')];
}

function rowsText(rows: RowsComparison, counts: readonly number[]): string[] {
  const count = counts.reduce((sum, more) => sum + more, 0);
  const total = `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`;
  const sets = counts.length > 1 ? ` on ${counts.length} parameter sets` : '';
  if (rows === 'same') return [`same ${total}${sets}`];
  return rows === 'incomparable'
    ? [`${total}${sets}, which the statement does not fix, so they were not compared`]
    : [];
}

function codes(paths: readonly string[]): readonly Inline[] | null {
  if (paths.length === 0) return null;
  return paths.flatMap((path, at): Inline[] => (at === 0 ? [{ code: path }] : [', ', { code: path }]));
}
