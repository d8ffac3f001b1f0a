import pc from 'picocolors';
import type { Round } from '../monitoring/round.ts';
import { roundLines } from './monitor.ts';
import { printable } from './printable.ts';

/** What a live view shows. */
export interface LiveView {
  /** Null before the first round is done. */
  readonly round: Round | null;
  /** Why the server does not answer; null while it does. */
  readonly lost: string | null;
  /** What no check says. */
  readonly remarks: readonly string[];
  /** How often it looks: `every 10 s`. */
  readonly pace: string;
}

/** The picture: what matters most at the top, cut off below, and one last line that says how to leave. */
export function liveLines({ round, lost, remarks, pace }: LiveView, rows: number, color: boolean): string[] {
  const paint = pc.createColors(color);
  const notes = [
    ...(lost === null ? [] : [paint.red(`the server does not answer: ${printable(lost)}; trying again`)]),
    ...remarks.map((remark) => paint.yellow(printable(remark))),
  ];
  const body = round === null ? ['looking …'] : roundLines(round, color);
  const lines = [...notes, ...body];
  const room = Math.max(1, rows - 1);
  const hidden = lines.length - room;
  const footer = hidden > 0 ? `${hidden} more lines; ${pace}, Ctrl-C ends` : `${pace}, Ctrl-C ends`;
  return [...lines.slice(0, room), paint.dim(footer)];
}
