import pc from 'picocolors';
import type { RunEvent } from '../events.ts';
import { NOT_OURS, type ItemReport } from '../outcome.ts';
import { printable } from './printable.ts';
import { formatMeasurement, formatSpeedup } from './format.ts';

/** An event as lines of progress, for people. */
export function progressLines(event: RunEvent, color: boolean): string[] {
  const paint = pc.createColors(color);
  switch (event.type) {
    case 'run-started': {
      const lab = event.lab === null ? 'no lab' : `${event.lab} lab`;
      return [
        `${event.target}: ${event.environment}, ${lab}${event.dryRun ? ', dry run' : ''}`,
        ...event.warnings.map(({ file, line, message }) =>
          paint.yellow(`${file}:${line}: ${printable(message)}`),
        ),
      ];
    }
    case 'item-started':
      return [paint.bold(`${event.id} ${printable(event.title)}`)];
    case 'phase':
      return [`  ${paint.dim(event.phase.padEnd(9))} ${printable(event.message)}`];
    case 'approval-required':
      return [
        `  ${paint.yellow('approval')}  request ${event.request} in ${event.path}`,
        ...event.statements.map((sql) => `            ${printable(sql)}`),
      ];
    case 'item-finished':
      return event.item.outcome === null ? [] : [`  ${markerOf(event.item, color)} ${event.item.outcome}`];
    case 'run-finished':
      return [];
  }
}

/** What came of every item, one line each, and of the run. */
export function summary(items: readonly ItemReport[], exitCode: number, color: boolean): string {
  const ours = items.filter(({ reason }) => !NOT_OURS.has(reason?.code ?? ''));
  const others = items.length - ours.length;
  const lines = ours.map(
    (item) => `${markerOf(item, color)} ${item.id} ${printable(item.title)}: ${resultOf(item)}`,
  );
  if (others > 0)
    lines.push(`${others} ${others === 1 ? 'entry is' : 'entries are'} not ours and left alone`);
  if (exitCode === 130 || exitCode === 143) lines.push('interrupted; run the same command again to go on');
  return lines.map((line) => `${line}\n`).join('');
}

function resultOf({ outcome, reason, before, after, speedup }: ItemReport): string {
  const isChanged = reason?.code === 'task-file-changed' || reason?.code === 'edit-refused';
  if (outcome === 'proven' && !isChanged && before !== null && after !== null && speedup !== null) {
    return `proven, ${formatMeasurement(before)} → ${formatMeasurement(after)}, ${formatSpeedup(speedup)}`;
  }
  const numbers = before === null ? '' : `; ${formatMeasurement(before)}`;
  const why = reason === null ? '' : printable(reason.message) + numbers;
  return outcome === null ? why : `${outcome}, ${why}`;
}

function markerOf({ marker }: ItemReport, color: boolean): string {
  const paint = pc.createColors(color);
  const text = `[${marker}]`;
  return marker === 'x' ? paint.green(text) : marker === '!' ? paint.yellow(text) : text;
}
