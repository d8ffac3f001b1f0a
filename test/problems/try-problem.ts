import { bindNamed } from '../../src/sql/parameters.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { administer, createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { ask, type Answer } from './answer.ts';
import { isAsGood, judgeAnswer, savedShare, words, type NewIndex } from './judge.ts';
import { measure, resultsAfter, type Measured, type Run } from './measure.ts';
import { change, plant } from './plant.ts';
import type { Problem } from './problem.ts';
import { withClient } from './session.ts';
import { difference, takeSnapshot } from './snapshot.ts';
import { writeRow } from './table.ts';

/**
 * Plants a problem, does by hand what the reference says, lets the program answer, and compares. Returns what is not as
 * it has to be.
 */
export async function tryProblem(problem: Problem, options: { plantOnly: boolean }): Promise<string[]> {
  let failures: string[] = [];
  await lend(await createTestDatabase(), async (database) => {
    const started = performance.now();
    await plant(database, problem);
    const plantSeconds = (performance.now() - started) / 1000;
    const before = hasNoRun(problem) ? NOTHING : await measure(database.url, runOf(problem));
    const reference = await measureReference(problem, database);
    failures = judgePlant(problem, before, reference);
    const answered =
      options.plantOnly || failures.length > 0 ? null : await tryAnswer(problem, database, before, reference);
    failures.push(...(answered?.failures ?? []));
    const { answer = null, after = null } = answered ?? {};
    await writeRow({ problem, before, reference, plantSeconds, answer, after, failures });
  });
  return failures;
}

async function tryAnswer(
  problem: Problem,
  database: TestDatabase,
  before: Measured,
  reference: Measured | null,
): Promise<{ answer: Answer; after: Measured; failures: string[] }> {
  const others = await otherDatabases();
  const snapshot = await takeSnapshot(database.url);
  const answer = await ask(problem, database);
  const changes = difference(snapshot, await takeSnapshot(database.url));
  const after = await measureAnswer(problem, database.url, answer, before, reference);
  const newIndexes = await findNewIndexes(database.url, changes.added);
  const failures = [
    ...judgeAnswer({ problem, answer, before, reference, after, changes, newIndexes }),
    ...(await judgeRewrite(problem, database.url, answer)),
    ...(await judgeGeneric(problem, database.url, answer, before, reference)),
    ...(await leftDatabases(others)),
  ];
  return { answer, after, failures };
}

const NOTHING: Measured = { medianMs: 0, blocks: 0, plans: [], results: [] };

/** Statements that nobody should run. */
function hasNoRun({ expect: { outcomes } }: Problem): boolean {
  return outcomes.every((outcome) => outcome === 'refused' || outcome === 'needs-information');
}

function runOf({ query, params = [[]], ordered = false }: Problem): Run {
  return { sql: query, params, ordered };
}

/** On a copy, so that the program finds the database as it was planted. */
async function measureReference(problem: Problem, database: TestDatabase): Promise<Measured | null> {
  const { reference } = problem;
  if (reference === null) return null;
  const copy = await createTestDatabase({ template: database.name });
  try {
    // A copy has the data of a database, not its settings.
    await change(copy.url, reference);
    const settings = { ...problem.settings, ...reference.settings, max_parallel_workers_per_gather: '0' };
    return await measure(copy.url, { ...runOf(problem), sql: reference.rewrite ?? problem.query, settings });
  } finally {
    await copy.drop();
  }
}

/** The plant is a problem, and its reference solves it and keeps the rows. */
function judgePlant({ reference: remedy }: Problem, before: Measured, reference: Measured | null): string[] {
  if (remedy === null || reference === null) return [];
  const failures: string[] = [];
  if (String(before.results) !== String(reference.results))
    failures.push(`the reference returns ${reference.results.join(', ')}, not ${before.results.join(', ')}`);
  if (savedShare(before, reference) < (remedy.saves ?? 0.5))
    failures.push(`the reference saves too little: ${words(before)} → ${words(reference)}`);
  return failures;
}

async function measureAnswer(
  problem: Problem,
  url: string,
  answer: Answer,
  before: Measured,
  reference: Measured | null,
): Promise<Measured> {
  if (hasNoRun(problem)) return before;
  const run = await answerRun(problem, answer);
  const after = await measure(url, run);
  // Somebody else may just have been busy.
  return reference === null || isAsGood(before, reference, after) ? after : measure(url, run);
}

async function answerRun(problem: Problem, { rewrite, session }: Answer): Promise<Run> {
  const sql = rewrite === null ? problem.query : await withNumbers(rewrite, problem);
  return { ...runOf(problem), sql, settings: session };
}

/** A rewrite has the placeholders of the item. */
async function withNumbers(sql: string, { asWritten }: Problem): Promise<string> {
  if (asWritten === undefined) return sql;
  let number = 0;
  if (asWritten.query.includes('?')) return sql.replaceAll('?', () => `$${(number += 1)}`);
  await loadParser();
  const names = Object.keys(JSON.parse(asWritten.params[0] ?? '{}') as object);
  return bindNamed(sql, names).sql;
}

/** A rewrite returns the same on other data too. */
async function judgeRewrite(problem: Problem, url: string, answer: Answer): Promise<string[]> {
  if (answer.rewrite === null) return [];
  const run = await answerRun(problem, answer);
  const failures: string[] = [];
  for (const mutation of problem.expect.mutations ?? []) {
    const original = await resultsAfter(url, mutation, runOf(problem));
    const rewritten = await resultsAfter(url, mutation, run);
    if (String(original) !== String(rewritten))
      failures.push(
        `after ${mutation} the rewrite returns ${rewritten.join(', ')}, not ${original.join(', ')}`,
      );
  }
  return failures;
}

async function judgeGeneric(
  problem: Problem,
  url: string,
  answer: Answer,
  before: Measured,
  reference: Measured | null,
): Promise<string[]> {
  if (problem.expect.generic !== true || reference === null) return [];
  const after = await measure(url, { ...(await answerRun(problem, answer)), generic: true });
  return isAsGood(before, reference, after) ? [] : [`a generic plan takes ${words(after)}`];
}

async function findNewIndexes(url: string, added: readonly string[]): Promise<NewIndex[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ definition: string; bytes: string }>(
      'SELECT pg_get_indexdef(indexrelid) AS definition, pg_relation_size(indexrelid) AS bytes FROM pg_index',
    );
    return rows
      .filter(({ definition }) => added.some((line) => line.startsWith(`index ${definition} valid`)))
      .map(({ definition, bytes }) => ({ definition, bytes: Number(bytes) }));
  });
}

/** All but those of tests, which come and go meanwhile. */
async function otherDatabases(): Promise<string[]> {
  const rows = await administer(
    `SELECT datname AS name FROM pg_database WHERE datname NOT LIKE 'test\\_%' AND datname NOT LIKE 'shop\\_template%'`,
  );
  return rows.map((row) => String(row['name']));
}

/** A run in another worker may have databases of its own; those go again. */
async function leftDatabases(before: readonly string[]): Promise<string[]> {
  let left: string[] = [];
  for (let patience = 60; patience > 0; patience -= 1) {
    left = (await otherDatabases()).filter((name) => !before.includes(name));
    if (left.length === 0) return [];
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  return left.map((name) => `left behind: database ${name}`);
}
