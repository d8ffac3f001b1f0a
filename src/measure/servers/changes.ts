import { median } from 'simple-statistics';
import { COUNTERS, type CounterName, type CounterSpec, type ServerCounters } from './counters.ts';

/** So many transactions, run by so many clients at once, and what the server counted of them. */
export interface Round {
  readonly transactions: number;
  readonly elapsedMs: number;
  readonly counted: ServerCounters;
}

/** The same transactions on both sides, one right after the other. */
export interface RoundPair {
  readonly before: Round;
  readonly after: Round;
}

/** What a counter did, for each transaction. */
export interface CounterChange {
  readonly counter: CounterName;
  readonly label: string;
  readonly unit: CounterSpec['unit'];
  /** Medians of the rounds. */
  readonly before: number;
  readonly after: number;
  /** after / before; null where nothing was counted before. */
  readonly ratio: number | null;
  readonly verdict: 'fell' | 'rose' | 'same';
  /** Whether that is good; null where it did not change, or where neither direction is better. */
  readonly better: boolean | null;
}

/** What is less than a twentieth is not worth a setting, and may be the order in which clients met. */
const LEAST_EFFECT = 0.05;

/**
 * What the counters say, by the pairs of rounds. A counter has changed where every pair says so, by a twentieth at least,
 * and by more than two servers that are configured alike differed in any pair.
 * @param alike pairs of two servers with the same configuration
 */
export function counterChanges(pairs: readonly RoundPair[], alike: readonly RoundPair[]): CounterChange[] {
  return COUNTERS.map((spec) => changeOf(spec, pairs, alike));
}

function changeOf(
  spec: CounterSpec,
  pairs: readonly RoundPair[],
  alike: readonly RoundPair[],
): CounterChange {
  const { name, label, unit, least } = spec;
  const sides = pairs.map((pair) => perTransaction(pair, spec));
  const before = sides.length === 0 ? 0 : median(sides.map((pair) => pair.before));
  const after = sides.length === 0 ? 0 : median(sides.map((pair) => pair.after));
  const noise = Math.max(LEAST_EFFECT, ...alike.map((pair) => distance(perTransaction(pair, spec), least)));
  const fell =
    sides.length > 0 && sides.every((pair) => pair.after < pair.before && distance(pair, least) > noise);
  const rose =
    sides.length > 0 && sides.every((pair) => pair.after > pair.before && distance(pair, least) > noise);
  const verdict = fell ? 'fell' : rose ? 'rose' : 'same';
  const ratio = before > 0 ? after / before : null;
  return { counter: name, label, unit, before, after, ratio, verdict, better: isBetter(spec, verdict) };
}

interface Sides {
  readonly before: number;
  readonly after: number;
}

function perTransaction({ before, after }: RoundPair, { of }: CounterSpec): Sides {
  const each = ({ counted, transactions }: Round) => of(counted) / Math.max(1, transactions);
  return { before: each(before), after: each(after) };
}

/** The share by which the lesser is below the greater; 0 for what is too little to mean anything. */
function distance({ before, after }: Sides, least: number): number {
  const greater = Math.max(before, after);
  const difference = Math.abs(before - after);
  return difference < least ? 0 : difference / greater;
}

function isBetter({ better }: CounterSpec, verdict: CounterChange['verdict']): boolean | null {
  if (verdict === 'same' || better === null) return null;
  return (verdict === 'fell') === (better === 'less');
}
