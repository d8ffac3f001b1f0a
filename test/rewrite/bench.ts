import { Client, DatabaseError } from 'pg';
import { relationReferences } from '../../src/advisor/references.ts';
import { readRelations } from '../../src/pg/catalog/relations.ts';
import { readServerTraits } from '../../src/pg/catalog/traits.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { renderStatement } from '../../src/rewrite/render.ts';
import type { Rewriting, RewriteRule, RewriteSubject } from '../../src/rewrite/rule.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import type { CaseData } from './rule-cases.ts';

/** A database with the tables of some cases, in which statements are rewritten and compared. */
export interface Bench {
  readonly database: TestDatabase;
  /** What a rule makes of a statement, with what the catalog says, in a time zone. */
  offers(rule: RewriteRule, sql: string, zone?: string): Offer[];
  /** Fails where the server does not know what the statement names. */
  plan(sql: string): Promise<void>;
  /** Brings the data into a state by a script, which is undone afterwards. */
  inState<T>(script: string, use: (ask: Ask) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Offer extends Rewriting {
  readonly sql: string;
}

/** What a statement answers in a time zone. */
type Ask = (sql: string, zone: string, params: readonly unknown[]) => Promise<Answer>;

export type Answer =
  | {
      readonly columns: readonly {
        readonly name: string;
        readonly type: number;
        readonly modifier: number;
      }[];
      /** In the order in which they came. */
      readonly rows: readonly string[];
    }
  | { readonly raises: string };

export async function openBench(data: CaseData): Promise<Bench> {
  await loadParser();
  const database = await createTestDatabase();
  await database.query(data.schema);
  await database.query('ANALYZE');
  const catalog = await readCatalog(database);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return {
    database,
    offers: (rule, sql, zone = data.zones[0]) => {
      const subject = subjectOf(sql, zone, catalog);
      return rule.apply(subject).map((rewriting) => ({
        ...rewriting,
        sql: renderStatement(subject, rewriting.tree) ?? 'a tree that no text parses to',
      }));
    },
    plan: async (sql) => {
      await client.query(`EXPLAIN (GENERIC_PLAN) ${sql}`);
    },
    inState: async (script, use) => {
      await client.query(`BEGIN; ${script}; SAVEPOINT made`);
      try {
        return await use(async (sql, zone, params) => {
          await client.query(`SET LOCAL TIME ZONE '${zone}'`);
          return answerOf(client, sql, params);
        });
      } finally {
        await client.query('ROLLBACK');
      }
    },
    close: async () => {
      await client.end();
      await database.drop();
    },
  };
}

type Catalog = Pick<RewriteSubject, 'relations' | 'settings'>;

/** What the catalog says of all tables and views of a database. */
async function readCatalog(database: TestDatabase): Promise<Catalog> {
  const names = await database.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')`,
  );
  const target = parseTarget(database.url, { PGSSLMODE: 'disable' });
  return withSession(target, 'test', null, async (session) => ({
    relations: await readRelations(
      session,
      names.map(({ name }) => ({ schema: null, name })),
    ),
    settings: (await readServerTraits(session)).settings,
  }));
}

/** A statement with what the catalog says of what it names. */
function subjectOf(sql: string, zone: string, { relations, settings }: Catalog): RewriteSubject {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error(`no statement in ${sql}`);
  const { tree } = statement;
  const named = relationReferences(tree).map(({ name }) => name);
  return {
    sql,
    tree,
    relations: relations.filter(({ reference }) => named.includes(reference.name)),
    settings: { ...settings, TimeZone: zone },
  };
}

async function answerOf(client: Client, sql: string, params: readonly unknown[]): Promise<Answer> {
  try {
    const { fields, rows } = await client.query<unknown[]>({
      text: sql,
      values: [...params],
      rowMode: 'array',
      types: { getTypeParser: () => (value: string) => value },
    });
    const columns = fields.map(({ name, dataTypeID: type, dataTypeModifier: modifier }) => ({
      name,
      type,
      modifier,
    }));
    return { columns, rows: rows.map((row) => JSON.stringify(row)) };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await client.query('ROLLBACK TO made');
    return { raises: error.message };
  }
}
