import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relationReferences } from '../../src/advisor/references.ts';
import { readRelations } from '../../src/pg/catalog/relations.ts';
import { readServerTraits } from '../../src/pg/catalog/traits.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { renderStatement } from '../../src/rewrite/render.ts';
import type { RewriteRule, RewriteSubject } from '../../src/rewrite/rule.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

type Pair = readonly [sql: string, rewritten: string, parameters?: ParameterSets];
type ParameterSets = readonly (readonly unknown[])[];

/** What a rule about conditions is held to on a real server, in several time zones, on tricky data. */
export interface EquivalenceCases {
  /** Statements with what the rule makes of each, white space aside, and values for their parameters. */
  readonly applies: readonly Pair[];
  /** Statements in which one precondition does not hold. */
  readonly refuses: readonly (readonly [why: string, sql: string])[];
  /** What the rule would make if it did not look: another answer in at least one time zone. */
  readonly reveals: readonly (readonly [
    why: string,
    sql: string,
    naive: string,
    parameters?: ParameterSets,
  ])[];
  /** Names of time zones; `UTC` alone where nothing else is said. */
  readonly zones?: readonly string[];
}

/** Holds a rule to its cases. */
export function describeEquivalence(rule: RewriteRule, schema: string, cases: EquivalenceCases): void {
  const { zones = ['UTC'] } = cases;
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    await loadParser();
    database = await createTestDatabase();
    await database.query(schema);
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const answer = async (sql: string, zone: string, values: readonly unknown[]) => {
    await client.query(`SET TIME ZONE '${zone}'`);
    const { fields, rows } = await client.query<unknown[]>({
      text: sql,
      values: [...values],
      rowMode: 'array',
      types: { getTypeParser: () => (value: string) => value },
    });
    const lines = rows.map((row) => JSON.stringify(row));
    return {
      columns: fields.map(({ name, dataTypeID, dataTypeModifier }) => [name, dataTypeID, dataTypeModifier]),
      rows: /ORDER BY/.test(sql) ? lines : lines.toSorted(),
    };
  };

  const read = new Map<string, RewriteSubject>();
  const texts = async (sql: string, zone: string) => {
    const known = read.get(sql) ?? (await subjectOf(database, sql));
    read.set(sql, known);
    const subject = { ...known, settings: { ...known.settings, TimeZone: zone } };
    return rule
      .apply(subject)
      .map((rewriting) => ({ ...rewriting, sql: renderStatement(subject, rewriting.tree) }));
  };

  describe(`the rule ${rule.name}`, () => {
    test.each(cases.applies.map((pair) => ({ pair })))('$pair.0', async ({ pair }) => {
      const [sql, expected, parameters = [[]]] = pair;
      const first = await texts(sql, zones[0] ?? '');
      expect(first.map((rewriting) => rewriting.sql).join('; ')).toContain(expected);
      for (const zone of zones) {
        const rewritings = await texts(sql, zone);
        expect(rewritings).not.toEqual([]);
        for (const values of parameters) {
          const original = await answer(sql, zone, values);
          for (const rewriting of rewritings) {
            expect(rewriting.meaning).toBe('same');
            expect(
              await answer(rewriting.sql ?? '', zone, values),
              `${rewriting.sql} in ${zone} with ${JSON.stringify(values)}`,
            ).toEqual(original);
          }
        }
      }
    });

    test.each(cases.refuses)('leaves alone: %s', async (_why, sql) => {
      // The server has to accept it, or the case shows nothing.
      await client.query(`EXPLAIN (GENERIC_PLAN) ${sql}`);
      for (const zone of zones) expect(await texts(sql, zone)).toEqual([]);
    });

    test.each(cases.reveals.map((pair) => ({ pair })))(
      'only some data shows it: $pair.0',
      async ({ pair }) => {
        const [, sql, naive, parameters = [[]]] = pair;
        const differences: string[] = [];
        for (const zone of zones)
          for (const values of parameters) {
            const [one, other] = [await answer(sql, zone, values), await answer(naive, zone, values)];
            if (JSON.stringify(one) === JSON.stringify(other)) continue;
            differences.push(zone);
            for (const rewriting of await texts(sql, zone)) expect(rewriting.sql).not.toBe(naive);
          }
        expect(differences).not.toEqual([]);
      },
    );
  });
}

/** A statement with what the catalog of a database says of it. */
async function subjectOf(database: TestDatabase, sql: string): Promise<RewriteSubject> {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error(`no statement: ${sql}`);
  const { tree } = statement;
  const target = parseTarget(database.url, { PGSSLMODE: 'disable' });
  return withSession(target, 'test', null, async (session) => ({
    sql,
    tree,
    relations: await readRelations(session, relationReferences(tree)),
    settings: (await readServerTraits(session)).settings,
  }));
}
