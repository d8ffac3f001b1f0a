import { escapeIdentifier, escapeLiteral } from 'pg';
import type { TestDatabase } from '../support/database.ts';
import type { Problem, Remedy } from './problem.ts';
import { withClient } from './session.ts';

/** On a machine with few cores workers come and go; without them a statement takes as long every time. */
const SETTINGS = { max_parallel_workers_per_gather: '0' };

/** Makes the problem in an empty database. */
export async function plant(database: TestDatabase, problem: Problem): Promise<void> {
  await withClient(database.url, async (client) => {
    for (const [name, value] of Object.entries({ ...SETTINGS, ...problem.settings }))
      await client.query(
        `ALTER DATABASE ${escapeIdentifier(database.name)} SET ${escapeIdentifier(name)} = ${escapeLiteral(value)}`,
      );
  });
  await withClient(database.url, async (client) => {
    // A commit that nobody waited for is not in the log yet, and VACUUM takes no page for visible that has its rows.
    await client.query('SET synchronous_commit = on');
    await client.query(`CREATE SCHEMA app; ${problem.setup}`);
    for (const statement of problem.settle ?? ['VACUUM (ANALYZE)']) await client.query(statement);
    // The counters of changed rows reach other sessions with a delay.
    await client.query('SELECT pg_stat_force_next_flush()');
  });
}

export async function change(url: string, { sql = [] }: Remedy): Promise<void> {
  await withClient(url, async (client) => {
    for (const statement of sql) await client.query(statement);
  });
}
