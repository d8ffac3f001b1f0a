import process from 'node:process';
import { expect, test } from 'vitest';
import { PROBLEMS } from './cases/index.ts';
import { tryProblem } from './try-problem.ts';

/** Workers that share the suite: one file each, since vitest runs files side by side. */
const SHARDS = 3;
/** Planting, the reference, the run and the comparison, on a busy machine. */
export const TIMEOUT_MS = 240_000;

/**
 * A third of the problems, each as a test. `PITSTOP_PROBLEMS=name,name` runs these alone; with
 * `PITSTOP_PROBLEMS_PLANT=1` it is only looked whether they are problems, and their references solve them.
 */
export function problemsOfShard(shard: number): void {
  const named = process.env['PITSTOP_PROBLEMS']?.split(',');
  const plantOnly = process.env['PITSTOP_PROBLEMS_PLANT'] === '1';
  const own = PROBLEMS.filter((_problem, at) => at % SHARDS === shard);
  test.for(own)('$name', { timeout: TIMEOUT_MS }, async (problem, { skip }) => {
    skip(named?.includes(problem.name) === false, 'not named');
    expect(await tryProblem(problem, { plantOnly })).toEqual([]);
  });
}
