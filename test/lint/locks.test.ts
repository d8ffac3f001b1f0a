import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_FACTS, type LintFacts } from '../../src/lint/facts.ts';
import { effectOf } from '../../src/lint/lock/effect-of.ts';
import type { Work } from '../../src/lint/lock/effect.ts';
import { LOCK_MODES, rankOf, type Lock } from '../../src/lint/lock/mode.ts';
import { namedIn } from '../../src/lint/names.ts';
import { readLintFacts } from '../../src/pg/catalog/lint-facts.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { SCHEMA } from './schema.ts';
import { CAUTIOUS, EXACT } from './statements.ts';

/** What the server did while the statement ran; null where it refuses the statement in a transaction. */
interface Taken {
  readonly inTransaction: true;
  readonly lock: Lock;
  readonly indexLock: Lock;
  readonly work: Work;
}

let database: TestDatabase;
let client: Client;
let facts: LintFacts = NO_FACTS;

const treeOf = (sql: string) => parseStatements(sql)[0]!.tree;

beforeAll(async () => {
  await loadParser();
  database = await createTestDatabase();
  await database.query(`ALTER DATABASE ${database.name} SET search_path = s`);
  client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(SCHEMA);
  const named = namedIn([...EXACT, ...CAUTIOUS].map(treeOf));
  facts = await withSession(parseTarget(database.url, {}), 'test', null, (session) =>
    readLintFacts(session, named),
  );
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('the lock taken is the lock announced', () => {
  test.each(EXACT)('%s', async (sql) => {
    const { inTransaction, lock, indexLock, work } = effectOf(treeOf(sql), facts);
    const taken = await run(sql);
    expect(inTransaction).toBe(taken !== null);
    const { lock: takenLock, indexLock: takenIndexLock, work: done } = taken ?? { lock, indexLock, work };
    expect({ lock, indexLock, work }).toEqual({
      lock: takenLock,
      // Only where the statement is about indexes is anything said of them.
      indexLock: indexLock === null ? null : takenIndexLock,
      work: HEAVIER.includes(work) ? done : work,
    });
  });
});

describe('without the catalog no less is announced', () => {
  test.each([...EXACT, ...CAUTIOUS])('%s', async (sql) => {
    const announced = effectOf(treeOf(sql));
    const taken = (await run(sql)) ?? { ...announced, inTransaction: false };
    expect(announced.inTransaction || taken.inTransaction === false).toBe(true);
    expect(rankOf(announced.lock)).toBeGreaterThanOrEqual(rankOf(taken.lock));
    expect(announced.indexLock === null || rankOf(announced.indexLock) >= rankOf(taken.indexLock)).toBe(true);
    const isMeasurable = HEAVIER.includes(announced.work);
    expect(!isMeasurable || HEAVIER.indexOf(announced.work) >= HEAVIER.indexOf(taken.work)).toBe(true);
  });
});

/** What can be seen from outside; a query's own reading and samples are not what a scan under a lock is. */
const HEAVIER: readonly Work[] = ['none', 'scan', 'rewrite'];

/** Runs a statement in a transaction that is rolled back. Null: it cannot run in one. */
async function run(sql: string): Promise<Taken | null> {
  await client.query('BEGIN');
  try {
    const before = await client.query<{ oid: number; kind: string; file: number }>(
      `SELECT oid, relkind AS kind, relfilenode AS file FROM pg_class WHERE relnamespace = 's'::regnamespace`,
    );
    const readBefore = await rowsRead();
    await client.query(sql);
    const locks = await client.query<{ oid: number; mode: string }>(
      `SELECT relation AS oid, mode FROM pg_locks WHERE pid = pg_backend_pid() AND granted AND relation IS NOT NULL`,
    );
    const read = await rowsRead();
    const after = await client.query<{ oid: number; file: number; size: string }>(
      `SELECT oid, relfilenode AS file, pg_relation_size(oid) AS size FROM pg_class WHERE relkind IN ('r', 'm')`,
    );
    const kinds = new Map(before.rows.map(({ oid, kind }) => [oid, kind]));
    const strongestOn = (isWanted: (kind: string) => boolean) =>
      locks.rows
        .filter(({ oid }) => kinds.has(oid) && isWanted(kinds.get(oid)!))
        .map(({ mode }) => inWords(mode))
        .reduce<Lock>((one, other) => (rankOf(one) >= rankOf(other) ? one : other), null);
    const isRewritten = before.rows.some(({ oid, file }) =>
      after.rows.some((row) => row.oid === oid && row.file !== file && Number(row.size) > 0),
    );
    const isRead = [...read].some(([oid, rows]) => kinds.has(oid) && rows > (readBefore.get(oid) ?? 0));
    return {
      inTransaction: true,
      lock: strongestOn((kind) => 'rpfvmS'.includes(kind)),
      indexLock: strongestOn((kind) => 'iI'.includes(kind)),
      work: isRewritten ? 'rewrite' : isRead ? 'scan' : 'none',
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '25001') return null;
    throw error;
  } finally {
    await client.query('ROLLBACK');
    await client.query('DEALLOCATE ALL');
  }
}

/** Rows read by sequential scans of this session, whether or not its transactions were rolled back. */
async function rowsRead(): Promise<ReadonlyMap<number, number>> {
  const { rows } = await client.query<{ relid: number; rows: string }>(
    'SELECT relid, seq_tup_read AS rows FROM pg_stat_xact_user_tables',
  );
  return new Map(rows.map((row) => [row.relid, Number(row.rows)]));
}

/** `ShareUpdateExclusiveLock` as the documentation writes it. */
function inWords(mode: string): Lock {
  const words = mode
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  return LOCK_MODES.find((name) => name === words) ?? 'unknown';
}
