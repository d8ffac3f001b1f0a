import pc from 'picocolors';
import type { Drift } from '../pipeline/drift.ts';
import type { FileStatus, ItemStatus, WaitingRequest } from '../pipeline/status.ts';
import { printable } from '../report/printable.ts';

/** `pitstop status` for people: the tree, the counts, the warnings, the requests. */
export function statusText(
  files: readonly FileStatus[],
  requests: readonly WaitingRequest[],
  drift: readonly Drift[],
  color: boolean,
): string {
  const paint = pc.createColors(color);
  const lines = files.flatMap(({ file, counts, items, warnings }) => [
    paint.bold(`${file}: ${countsText(counts)}`),
    ...items.map((item) => itemLine(item, paint)),
    ...warnings.map(({ line, message }) => paint.yellow(`  line ${line}: ${printable(message)}`)),
  ]);
  if (requests.length > 0) lines.push(paint.bold('waiting for an approval:'));
  for (const { id, summary, item, path } of requests)
    lines.push(`  ${id}  item ${item}: ${printable(summary)} (${path})`);
  if (drift.length > 0) lines.push(paint.bold('where files, ledger and database differ:'));
  for (const { migration, message } of drift)
    lines.push(paint.yellow(`  ${migration}: ${printable(message)}`));
  return lines.map((line) => `${line}\n`).join('');
}

function countsText(counts: FileStatus['counts']): string {
  const words = [
    [counts.open, 'open'],
    [counts.inProgress, 'in progress'],
    [counts.done, 'done'],
    [counts.blocked, 'blocked'],
    [counts.other, 'with other markers'],
  ] as const;
  const text = words.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(', ');
  return text === '' ? 'no items' : text;
}

function itemLine(
  { id, title, marker, depth, kind, outcome, reason }: ItemStatus,
  paint: ReturnType<typeof pc.createColors>,
): string {
  const box = marker === 'x' ? paint.green('[x]') : marker === '!' ? paint.yellow('[!]') : `[${marker}]`;
  const name = id.startsWith('#') ? printable(title) : `${id} ${printable(title)}`;
  const why = marker === '!' && reason !== null ? `: ${outcome}, ${printable(reason.message)}` : '';
  const line = `${'  '.repeat(depth + 1)}${box} ${name}${why}`;
  return kind === null ? paint.dim(line) : line;
}
