import type { Proposal } from '../change.ts';
import { bestTrial } from '../measure/choose.ts';
import type { MeasuredTrial, Trial } from '../trial.ts';
import { extendedStatistics } from './extended-statistics.ts';
import { blamedForeignKeys, foreignKeys } from './foreign-keys.ts';
import { hashInstead } from './hash-instead.ts';
import { indexes, indexPairs } from './indexes.ts';
import type { Lever, SlowStatement } from './lever.ts';
import { materializedView } from './materialized-view.ts';
import { proposed } from './proposed.ts';
import { otherInterfaces, rewrites, rewritesWithIndexes } from './rewrites.ts';
import { isMatterOfSettings, settings } from './settings.ts';
import { freshStatistics, indexesOnFreshStatistics } from './statistics.ts';
import { vacuum } from './vacuum.ts';

/**
 * Every lever, in the order in which they are tried: what costs nothing to keep comes first, so that what does has to
 * earn its place. A new lever is one new file and its name here.
 */
export const LEVERS: readonly Lever[] = [
  freshStatistics,
  proposed,
  blamedForeignKeys,
  rewrites,
  extendedStatistics,
  settings,
  vacuum,
  indexes,
  hashInstead,
  foreignKeys,
  indexesOnFreshStatistics,
  rewritesWithIndexes,
  indexPairs,
  materializedView,
  otherInterfaces,
];

/** A statement as fast as this needs nothing more. */
const FAST_MS = 1;
/** As long as it also reads few blocks: a dozen descents of a B-tree with a page of the table each. */
const FEW_BLOCKS = 64;

/** What to try next, having seen all trials so far; null where there is nothing left, or no need. */
export function nextTrial(statement: SlowStatement, trials: readonly Trial[]): Proposal | null {
  if (isFastEnough(trials) && !hasUntriedCandidate(statement, trials)) return null;
  const tried = new Set(trials.map(({ proposal }) => proposal.id));
  for (const lever of ordered(statement)) {
    const next = lever.propose(statement, trials).find(({ id }) => !tried.has(id));
    if (next !== undefined) return next;
  }
  return null;
}

/** Settings help at once where memory or a wrong plan is the matter, and are a last resort elsewhere. */
function ordered(statement: SlowStatement): readonly Lever[] {
  if (isMatterOfSettings(statement)) return LEVERS;
  const others = LEVERS.filter((lever) => lever !== settings);
  return others.toSpliced(others.indexOf(indexPairs), 0, settings);
}

function isFastEnough(trials: readonly Trial[]): boolean {
  const best = bestTrial(trials.filter((trial): trial is MeasuredTrial => trial.accepted));
  if (best === null || best.genericPlan === 'not-used') return false;
  const blocks = best.after.sharedBlocks;
  return best.after.medianMs < FAST_MS && (blocks === null || blocks <= FEW_BLOCKS);
}

/** Whoever proposes something is owed an answer to it. */
function hasUntriedCandidate(statement: SlowStatement, trials: readonly Trial[]): boolean {
  const tried = new Set(trials.map(({ proposal }) => proposal.id));
  return proposed.propose(statement, trials).some(({ id }) => !tried.has(id));
}
