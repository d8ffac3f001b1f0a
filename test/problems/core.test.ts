import { expect, test } from 'vitest';
import { THOROUGH } from '../support/thorough.ts';
import { PROBLEMS } from './cases/index.ts';
import { TIMEOUT_MS } from './shard.ts';
import { tryProblem } from './try-problem.ts';

/** One of each sort of answer; all of them: `npm run problems`. */
const CORE = [
  'candidate-wrong-rewrite',
  'hostile-second-statement',
  'rewrite-day',
  'setting-memory',
  'statistics-dependencies',
  'update-without-index',
];

// Elsewhere all of them are tried.
test.skipIf(THOROUGH).for(CORE)('%s', { timeout: TIMEOUT_MS }, async (name) => {
  const problem = PROBLEMS.find((one) => one.name === name);
  if (problem === undefined) throw new Error(`there is no problem ${name}`);
  expect(await tryProblem(problem, { plantOnly: false })).toEqual([]);
});
