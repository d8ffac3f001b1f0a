import type { SettingFacts } from './setting.ts';

const KB = 1024;
export const MB = 1024 ** 2;
export const GB = 1024 ** 3;

const BYTES: Readonly<Record<string, number>> = { B: 1, kB: KB, MB, GB, TB: 1024 ** 4 };
const MILLISECONDS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What a setting's numbers count. */
export interface UnitScale {
  readonly kind: 'bytes' | 'time' | 'count';
  /** Bytes or milliseconds in one unit of the setting; 1 for a count. */
  readonly factor: number;
  /** Units that a value may be written in, and how many bytes or milliseconds each is. */
  readonly units: Readonly<Record<string, number>>;
}

/** The scale of a unit of `pg_settings`, such as `8kB`, `MB`, `min` or none. */
export function scaleOf({ unit }: Pick<SettingFacts, 'unit'>): UnitScale {
  const [, times = '', name = ''] = /^(\d*)([A-Za-z]+)$/.exec(unit ?? '') ?? [];
  const many = times === '' ? 1 : Number(times);
  const bytes = BYTES[name];
  if (bytes !== undefined) return { kind: 'bytes', factor: many * bytes, units: BYTES };
  const milliseconds = MILLISECONDS[name];
  if (milliseconds !== undefined) return { kind: 'time', factor: many * milliseconds, units: MILLISECONDS };
  return { kind: 'count', factor: 1, units: {} };
}

/**
 * A setting's number in bytes, milliseconds or as the count it is. What is negative has a meaning of its own (`-1`: off,
 * or chosen by the server) and stays as it is.
 */
export function toBase(inUnit: number, facts: Pick<SettingFacts, 'unit'>): number {
  return inUnit < 0 ? inUnit : inUnit * scaleOf(facts).factor;
}

/** The way back from `toBase`, without rounding. */
export function fromBase(base: number, facts: Pick<SettingFacts, 'unit'>): number {
  return base < 0 ? base : base / scaleOf(facts).factor;
}

/** Less than a sixteenth is given up for a number that people can read: `3968MB`, not `3993600kB`. */
export function readableBytes(bytes: number): number {
  if (bytes < 16) return Math.floor(bytes);
  const step = 2 ** Math.floor(Math.log2(bytes / 16));
  return Math.floor(bytes / step) * step;
}
