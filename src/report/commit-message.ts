import type { Approval } from '../gate/approval.ts';
import type { Measurement, Speedup } from '../measure/measurement.ts';
import { formatMeasurement, formatSpeedup } from './format.ts';
import { printable } from './printable.ts';
import { redact } from './redact.ts';

/** What the text of a commit tells of an item. */
interface CommittedItem {
  readonly outcome: string;
  readonly reason: { readonly code: string; readonly message: string };
  readonly before: Measurement | null;
  readonly after: Measurement | null;
  readonly speedup: Speedup | null;
  readonly lowerBound: boolean;
  readonly migrations: readonly string[];
  /** Id of the request that waits. */
  readonly request: string | null;
  readonly approval: Pick<Approval, 'request' | 'approver' | 'method'> | null;
  readonly evidence: string;
}

/** As `git log --oneline` shows it whole in a wide terminal. */
const LONGEST_SUBJECT = 100;
const LONGEST_LINE = 500;

/** First line, empty line, text. Titles are data: nothing in one begins a line of its own. */
export function commitMessage(
  { id, ownId, title }: { readonly id: string; readonly ownId: boolean; readonly title: string },
  body: string,
): string {
  const subject = ['pitstop:', ...(ownId ? [id] : []), title].join(' ');
  return `${bounded(printable(redact(subject)), LONGEST_SUBJECT)}\n\n${body}`;
}

export function commitBody(item: CommittedItem): string {
  const { outcome, reason, before, after, speedup, lowerBound, approval, request } = item;
  const gain = speedup === null ? '' : `; ${formatSpeedup(speedup, lowerBound)}`;
  const lines = [
    `Outcome: ${outcome} (${reason.code})`,
    `Reason: ${reason.message}`,
    ...(before === null ? [] : [`Before: ${formatMeasurement(before, lowerBound)}`]),
    ...(after === null ? [] : [`After: ${formatMeasurement(after)}${gain}`]),
    ...item.migrations.map((path) => `Migration: ${path}`),
    ...(request === null ? [] : [`Request: ${request} waits for an approval`]),
    ...(approval === null
      ? []
      : [`Approval: request ${approval.request}, by ${approval.approver} (${approval.method})`]),
    `Evidence: ${item.evidence}`,
  ];
  return lines.map((line) => `${bounded(printable(line), LONGEST_LINE)}\n`).join('');
}

function bounded(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // Not in the middle of a character of two units.
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
