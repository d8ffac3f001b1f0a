import { z } from 'zod';
import type { RememberedRound } from './memory.ts';
import type { AnyRow } from './sample.ts';

/** Of the lines of a history file. A version that does not know it refuses the file, and leaves it as it is. */
export const HISTORY_VERSION = 1;

const level = z.enum(['ok', 'warning', 'critical']);
const count = z.number().int().nonnegative();

const line = z.object({
  schemaVersion: z.literal(HISTORY_VERSION),
  moment: z.object({
    at: z.number(),
    localAt: z.number(),
    steady: z.number(),
    process: z.string(),
    systemIdentifier: z.string(),
    databaseOid: z.number(),
    timeline: z.number(),
    inRecovery: z.boolean(),
  }),
  // What is in the rows each check looks at itself, when it asks for them.
  rows: z.record(z.string(), z.array(z.custom<AnyRow>())),
  alerts: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        level,
        since: z.number(),
        breaches: z.object({ warning: count, critical: count }),
        good: count,
        message: z.string(),
      }),
    ),
  ),
});

/** One round as a line, without its line feed. */
export function historyLine({ moment, rows, alerts }: RememberedRound): string {
  return JSON.stringify({ schemaVersion: HISTORY_VERSION, moment, rows, alerts });
}

/** What a history file holds. */
export interface ReadHistory {
  readonly rounds: readonly RememberedRound[];
  /** Lines that say nothing, the last one apart: a process that was killed may have torn that one. */
  readonly unreadable: number;
  /** The version of a line that a newer pitstop wrote; null where there is none. */
  readonly newerVersion: number | null;
}

export function readHistoryText(text: string): ReadHistory {
  const lines = text.split('\n').filter((one) => one !== '');
  const isTorn = text !== '' && !text.endsWith('\n');
  const read = lines.map(readLine);
  return {
    rounds: read.flatMap(({ round }) => (round === null ? [] : [round])),
    unreadable: read.filter(({ round }, index) => round === null && !(isTorn && index === read.length - 1))
      .length,
    newerVersion: read.find(({ version }) => version > HISTORY_VERSION)?.version ?? null,
  };
}

function readLine(text: string): { readonly round: RememberedRound | null; readonly version: number } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { round: null, version: 0 };
  }
  const said: unknown =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : 0;
  const parsed = line.safeParse(value);
  const version = typeof said === 'number' ? said : 0;
  if (!parsed.success) return { round: null, version };
  const { moment, rows, alerts } = parsed.data;
  return { round: { moment, rows, alerts }, version };
}
