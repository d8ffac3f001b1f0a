import { isDeepStrictEqual } from 'node:util';

/** What the planner guesses, which executes nothing. */
const GUESSES = new Set([
  'Startup Cost',
  'Total Cost',
  'Plan Rows',
  'Plan Width',
  'Planning Time',
  'Planning',
]);

/** Whether two plans of EXPLAIN (FORMAT JSON) without ANALYZE do the same, whatever the planner expects of them. */
export function isSamePlan(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(withoutGuesses(one), withoutGuesses(other));
}

function withoutGuesses(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutGuesses);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !GUESSES.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutGuesses(inner)]));
}
