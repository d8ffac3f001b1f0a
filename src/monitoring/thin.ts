import type { Check } from './check.ts';
import { RATE_SECONDS, type RememberedRound } from './memory.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How far apart rows are kept, by their age: as they came for what rates need, then enough to forecast the next hours, for
 * a day's and a week's rhythm, in the end for a trend over a year. About 600 rounds.
 */
const SPACING: readonly { readonly youngerThan: number; readonly spacing: number }[] = [
  { youngerThan: 2 * RATE_SECONDS, spacing: 0 },
  { youngerThan: HOUR, spacing: MINUTE },
  { youngerThan: 6 * HOUR, spacing: 5 * MINUTE },
  { youngerThan: 2 * DAY, spacing: HOUR },
  { youngerThan: 15 * DAY, spacing: 6 * HOUR },
  { youngerThan: 400 * DAY, spacing: DAY },
];

/**
 * What is worth remembering of rounds, oldest first; the newest is kept whole. Each check is thinned out by itself, since
 * not every round asks them all. A round that nothing is left of goes.
 * @param sparser keeps so many times less of what is older than a day
 */
export function thinnedRounds(
  rounds: readonly RememberedRound[],
  checks: readonly Check[],
  sparser = 1,
): readonly RememberedRound[] {
  const newest = rounds.at(-1);
  if (newest === undefined) return [];
  const kept = new Map(checks.map((check) => [check.name, keptOf(check, rounds, newest, sparser)]));
  return rounds.flatMap((round) => {
    if (round === newest) return [round];
    const rows = Object.fromEntries(
      Object.entries(round.rows).filter(([name]) => kept.get(name)?.has(round) === true),
    );
    // Alerts go on from the newest round.
    return Object.keys(rows).length === 0 ? [] : [{ ...round, rows, alerts: {} }];
  });
}

/** The rounds whose rows of a check stay: of each stretch of time the last. */
function keptOf(
  { name, remembers }: Check,
  rounds: readonly RememberedRound[],
  newest: RememberedRound,
  sparser: number,
): ReadonlySet<RememberedRound> {
  const own = rounds.filter(({ rows }) => rows[name] !== undefined);
  const ages = own.map(({ moment }) => newest.moment.at - moment.at);
  const lastAged = ages.findLastIndex((age) => age >= RATE_SECONDS);
  if (remembers !== 'series') return new Set(own.slice(Math.max(0, lastAged)));
  const stretches = own.map(({ moment }, index) => stretchOf(moment.at, ages[index] ?? 0, sparser));
  return new Set(
    own.filter((_, index) => {
      const stretch = stretches[index];
      return index === lastAged || (stretch !== null && stretches[index + 1] !== stretch);
    }),
  );
}

/**
 * A name for the stretch of time that a moment is in; null for what is too old. What claims to be younger than the newest
 * round is from before a clock was set back, and counts as new.
 */
function stretchOf(at: number, age: number, sparser: number): string | null {
  const rule = SPACING.find(({ youngerThan }) => age < youngerThan);
  if (rule === undefined) return null;
  const spacing = rule.spacing * (age < DAY ? 1 : sparser);
  return spacing === 0 ? `at ${at}` : `${spacing}: ${Math.floor(at / spacing)}`;
}
