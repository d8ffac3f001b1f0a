import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from './support/app.ts';
import { runCli, type CliOptions, type CliResult } from './support/cli.ts';
import type { TestDatabase } from './support/database.ts';
import { createRole } from './support/roles.ts';
import { createWorkspace } from './support/workspace.ts';

const test = base.extend(appFixture);

interface ExplainDocument {
  readonly schemaVersion: number;
  readonly statement: string | null;
  readonly parameters: readonly unknown[] | null;
  readonly environment: string | null;
  readonly analyzed: boolean;
  readonly executionMs: number | null;
  readonly planningMs: number | null;
  readonly sharedBlocks: number | null;
  readonly notes: readonly string[];
  readonly findings: readonly {
    readonly code: string;
    readonly costMs: number | null;
    readonly advice?: string;
  }[];
  readonly plan: { readonly Plan: Readonly<Record<string, unknown>> };
}

const document = ({ stdout }: CliResult) => JSON.parse(stdout) as ExplainDocument;
const errorOf = ({ stdout }: CliResult) =>
  JSON.parse(stdout) as {
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
    readonly candidates?: string[];
  };
const codesOf = (result: CliResult) => document(result).findings.map(({ code }) => code);

/** Calls `pitstop explain` in an empty repository. */
async function explain(args: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> {
  const cwd = options.cwd ?? (await createWorkspace()).path;
  return runCli(['explain', ...args], { cwd, ...options });
}

const on = ({ url }: Pick<TestDatabase, 'url'>, environment = 'development') => [
  '--database-url',
  url,
  '--environment',
  environment,
];

const SAVED = JSON.stringify([
  {
    Plan: {
      'Node Type': 'Seq Scan',
      'Relation Name': 'orders',
      Schema: 'app',
      Alias: 'orders',
      'Plan Rows': 10,
      'Total Cost': 5358,
      'Actual Total Time': 9.9,
      'Actual Rows': 7,
      'Actual Loops': 1,
      Filter: "(note ~~ 'postgres://u:secret@h/d'::text)",
      'Rows Removed by Filter': 199_993,
    },
    'Execution Time': 10,
  },
]);

describe('a statement', () => {
  test('Y4, Y7: is executed on a database that may be, and what is wrong with it named', async ({ app }) => {
    const result = await explain([SLOW_QUERY, '--json', ...on(app)]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const told = document(result);
    expect(Object.keys(told)).toEqual([
      'schemaVersion',
      'statement',
      'parameters',
      'environment',
      'analyzed',
      'executionMs',
      'planningMs',
      'sharedBlocks',
      'notes',
      'findings',
      'plan',
    ]);
    expect(told).toMatchObject({
      schemaVersion: 1,
      statement: SLOW_QUERY,
      parameters: [],
      environment: 'development',
      analyzed: true,
      notes: [],
      plan: { Plan: { 'Actual Loops': 1 } },
    });
    expect(told.sharedBlocks).toBeGreaterThan(100);
    expect(told.findings[0]).toMatchObject({
      code: 'sequential-scan',
      relation: { schema: 'app', name: 'orders' },
      advice: expect.any(String) as string,
    });
  });

  test('Y4: is only planned on production, undeclared, and on demand', async ({ app }) => {
    const production = document(await explain([SLOW_QUERY, '--json', ...on(app, 'production')]));
    expect(production).toMatchObject({
      analyzed: false,
      executionMs: null,
      sharedBlocks: null,
      environment: 'production',
    });
    expect(production.notes).toEqual([expect.stringContaining('measure.production')]);
    expect(production.findings.map(({ code }) => code)).toContain('sequential-scan');
    const undeclared = document(await explain([SLOW_QUERY, '--json', '--database-url', app.url]));
    expect(undeclared).toMatchObject({ analyzed: false, environment: null });
    expect(undeclared.notes).toEqual([expect.stringContaining('--environment')]);
    const asked = document(await explain([SLOW_QUERY, '--json', '--no-analyze', ...on(app)]));
    expect(asked).toMatchObject({ analyzed: false, environment: 'development' });
  });

  test('Y4: is executed on production where the configuration allows to measure there', async ({ app }) => {
    const { path } = await createWorkspace({ 'pitstop.config.json': '{"measure": {"production": true}}' });
    const told = document(await explain([SLOW_QUERY, '--json', ...on(app, 'production')], { cwd: path }));
    expect(told).toMatchObject({ analyzed: true, notes: [] });
  });

  test('Y4: that writes or locks is planned and changes nothing', async ({ app }) => {
    for (const sql of [
      'UPDATE app.orders SET note = note WHERE customer_id = 1234',
      'DELETE FROM app.orders WHERE id = 1',
      'SELECT id FROM app.orders WHERE id = 1 FOR UPDATE',
      'WITH gone AS (DELETE FROM app.orders RETURNING id) SELECT count(*) FROM gone',
    ]) {
      const result = await explain([sql, '--json', ...on(app)]);
      expect(document(result)).toMatchObject({ analyzed: false });
      expect(document(result).notes).toEqual([expect.stringContaining('only planned: the statement')]);
    }
    const [row] = await app.query<{ dead: number }>(
      `SELECT (SELECT count(*) FROM app.orders)::int AS rows, count(*)::int AS dead FROM app.orders WHERE xmax <> 0`,
    );
    expect(row).toEqual({ rows: 120_000, dead: 0 });
  });

  test('a DELETE that is only planned still shows which foreign keys have no index', async ({ app }) => {
    await app.query(`
      CREATE TABLE app.owners (id int PRIMARY KEY);
      INSERT INTO app.owners SELECT generate_series(1, 100);
      CREATE TABLE app.things (owner int REFERENCES app.owners);
      INSERT INTO app.things SELECT i % 100 + 1 FROM generate_series(1, 2000) i;
      ANALYZE app.owners, app.things`);
    const args = ['DELETE FROM app.owners WHERE id = 7', '--json', ...on(app)];
    const found = document(await explain(args)).findings.find(({ code }) => code === 'unindexed-foreign-key');
    expect(found).toMatchObject({ relation: { schema: 'app', name: 'things' }, costMs: null });
    expect(found?.advice).toContain('app.things (owner)');
    await app.query('CREATE INDEX ON app.things (owner)');
    expect(codesOf(await explain(args))).not.toContain('unindexed-foreign-key');
  });

  test('Y4: runs as the reading role, and no longer than the cut-off', async ({ app }) => {
    const role = await createRole(app, { grants: ['USAGE ON SCHEMA app', 'SELECT ON app.orders'] });
    const config = { readDatabaseUrl: role.url, measure: { cutoffMs: 150 } };
    const { path } = await createWorkspace({ 'pitstop.config.json': JSON.stringify(config) });
    const denied = await explain(['SELECT * FROM app.lines LIMIT 1', '--json', ...on(app)], { cwd: path });
    expect(denied.code).toBe(5);
    expect(errorOf(denied)).toMatchObject({ code: 'permission-denied' });
    const slow = 'SELECT count(*) FROM app.orders a, app.orders b WHERE a.id < b.id';
    const told = document(await explain([slow, '--json', ...on(app)], { cwd: path }));
    expect(told.analyzed).toBe(false);
    expect(told.notes).toEqual([expect.stringContaining('stopped after 150 ms')]);
  });

  test('Y3: has its values from --params, and its own EXPLAIN left out', async ({ app }) => {
    const numbered = await explain([
      'EXPLAIN (ANALYZE, BUFFERS) SELECT id FROM app.orders WHERE customer_id = $1 AND status = $2',
      '--params',
      '[1234, "open"]',
      '--json',
      ...on(app),
    ]);
    expect(document(numbered)).toMatchObject({
      parameters: [1234, 'open'],
      analyzed: true,
      notes: ['its own EXPLAIN was left out'],
    });
    const named = await explain([
      'SELECT id FROM app.orders WHERE customer_id = :customer',
      '--params',
      '{"customer": 1234}',
      '--json',
      ...on(app),
    ]);
    expect(document(named)).toMatchObject({
      parameters: [1234],
      statement: expect.stringContaining('$1') as string,
    });
  });

  test('Y1: is read from a file or standard input, too', async ({ app }) => {
    const { path, write } = await createWorkspace();
    await write('slow.sql', `-- why?\n${SLOW_QUERY};\n`);
    await write('slow query', SLOW_QUERY);
    for (const [subject, input] of [
      ['slow.sql', ''],
      ['slow query', ''],
      ['-', SLOW_QUERY],
    ] as const) {
      const result = await explain([subject, '--json', '--no-analyze', ...on(app)], { cwd: path, input });
      expect(document(result).statement).toBe(SLOW_QUERY);
    }
  });

  test('the tables below a view are known', async ({ app }) => {
    await app.query('CREATE VIEW app.recent AS SELECT * FROM app.orders');
    await app.query('CREATE INDEX ON app.orders (customer_id)');
    const sql = 'SELECT id FROM app.recent WHERE customer_id = 1234.0';
    expect(codesOf(await explain([sql, '--json', ...on(app)]))).toContain('cast-on-column');
  });
});

describe('a plan', () => {
  test('Y2: is read without a database', async () => {
    const { path, write } = await createWorkspace();
    await write('plan.json', SAVED);
    const told = document(await explain(['plan.json', '--json'], { cwd: path }));
    expect(told).toMatchObject({
      statement: null,
      parameters: null,
      environment: null,
      analyzed: true,
      executionMs: 10,
    });
    expect(told.findings).toMatchObject([{ code: 'sequential-scan', costMs: 9.9, node: 1 }]);
    expect(codesOf(await explain(['-', '--json'], { input: SAVED }))).toEqual(['sequential-scan']);
  });

  test('Y2: of psql is read as it was printed, and of a driver', async () => {
    const lines = JSON.stringify(JSON.parse(SAVED), null, 2).split('\n');
    const psql = `QUERY PLAN\n----------\n${lines.map((line) => ` ${line}   +`).join('\n')}\n(1 row)\n`;
    expect(codesOf(await explain(['-', '--json'], { input: psql }))).toEqual(['sequential-scan']);
    const rows = JSON.stringify([{ 'QUERY PLAN': JSON.parse(SAVED) as unknown }]);
    expect(codesOf(await explain(['-', '--json'], { input: rows }))).toEqual(['sequential-scan']);
  });

  test('Y8: is drawn in a hundred columns, without colour, without secrets, marked where something is wrong', async () => {
    const { code, stdout } = await explain(['-'], { input: SAVED.replace('~~', '~~\\u001b[31m') });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^!1 Seq Scan on app\.orders +9\.9 ms +99 % +7 +10 +1/m);
    expect(stdout).toMatch(/199,993 rows removed/);
    expect(stdout).toMatch(/^1\. sequential-scan \(node 1, app\.orders, 9\.9 ms, 99 %\)$/m);
    expect(stdout).toMatch(/^ {3}→ an index/m);
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    expect(stdout).not.toMatch(/\u001b|secret/);
    expect(Math.max(...stdout.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(100);
  });

  test('Y8: lines stay within a hundred columns, however deep and wide', async () => {
    const wide = {
      'Node Type': 'Seq Scan',
      'Relation Name': 'x'.repeat(60),
      Alias: 'y'.repeat(60),
      Filter: 'z'.repeat(500),
    };
    const deep = Array.from({ length: 30 }).reduce<Record<string, unknown>>(
      (below) => ({
        'Node Type': 'Nested Loop',
        'Plan Rows': 1e13,
        'Total Cost': 1e13,
        'Join Type': 'Left',
        Plans: [below],
      }),
      wide,
    );
    const { stdout } = await explain(['-'], { input: JSON.stringify({ Plan: deep }) });
    expect(stdout.split('\n').length).toBeGreaterThan(30);
    expect(Math.max(...stdout.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(100);
    expect(stdout).toContain('estimates, nothing was executed');
  });
});

describe('what is not understood', () => {
  test.for<[name: string, input: string, code: string, words: RegExp]>([
    ['nothing', ' \n', 'sql-file-empty', /empty/],
    ['a plan as text', ' Seq Scan on a  (cost=0.00..5.00 rows=1 width=4)', 'plan-unreadable', /text format/],
    ['broken JSON', '[{"Plan": {', 'plan-unreadable', /none/],
    ['JSON without a plan', '{"rows": []}', 'plan-unreadable', /no "Plan"/],
    ['a plan without nodes', '{"Plan": {"Total Cost": 1}}', 'plan-unreadable', /Node Type/],
    ['a syntax error', 'SELECT 1\nFRM t', 'statement-syntax-error', /^2:5: /],
    ['only a comment', '-- nothing', 'statement-empty', /no statement/],
    ['several statements', 'SELECT 1; SELECT 2', 'several-statements', /2 statements/],
    ['a statement without a plan', 'CREATE TABLE a (b int)', 'statement-not-a-query', /Create/],
    ['SELECT INTO', 'SELECT 1 AS a INTO b', 'statement-not-a-query', /INTO/],
    ['missing values', 'SELECT $1::int', 'parameters-missing', /1 parameter/],
    ['a missing name', 'SELECT :id', 'parameters-missing', /:id/],
    ['a function that waits', 'SELECT pg_sleep(1)', 'unsafe-function', /pg_sleep/],
    ['no database', 'SELECT 1', 'target-undeclared', /no database/],
  ])('Y2, Y3: %s', async ([, input, code, words]) => {
    const result = await explain(['-', '--json'], { input });
    expect(result.code).toBe(2);
    expect(errorOf(result)).toMatchObject({ code, hint: expect.any(String) as string });
    expect(errorOf(result).message).toMatch(words);
  });

  test('a file that is not there, or no UTF-8', async () => {
    const { path } = await createWorkspace();
    await writeFile(join(path, 'utf16.json'), Buffer.from('\uFEFF[{}]', 'utf16le'));
    expect(errorOf(await explain(['nothing.json', '--json'], { cwd: path })).code).toBe('sql-file-not-found');
    expect(errorOf(await explain(['my plan.json', '--json'], { cwd: path })).code).toBe('sql-file-not-found');
    expect(errorOf(await explain(['utf16.json', '--json'], { cwd: path })).code).toBe('sql-file-not-utf8');
  });

  test('--params that are no array and no object', async () => {
    for (const params of ['42', '[1', 'null']) {
      const result = await explain(['SELECT $1::int', '--params', params, '--json']);
      expect(errorOf(result)).toMatchObject({ code: 'usage' });
    }
  });

  test('what the server does not know, with its place and what may be meant', async ({ app }) => {
    const table = errorOf(await explain(['SELECT 1 FROM orders', '--json', ...on(app)]));
    expect(table).toMatchObject({ code: 'unknown-table', candidates: ['app.orders'] });
    const column = errorOf(await explain(["SELECT 'ä🐘',\n  nothing FROM app.orders", '--json', ...on(app)]));
    expect(column).toMatchObject({ code: 'unknown-column' });
    expect(column.message).toMatch(/^2:3: /);
    const value = await explain([
      'SELECT 1 FROM app.orders WHERE id = $1',
      '--params',
      '["x"]',
      '--json',
      ...on(app),
    ]);
    expect(errorOf(value)).toMatchObject({ code: 'statement-rejected' });
    expect(value.code).toBe(2);
  });

  test('a function of the database that does more than read is not even planned', async ({ app }) => {
    await app.query(
      `CREATE FUNCTION app.sly() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('a', 'b'); RETURN 1; END $$`,
    );
    for (const sql of [
      'SELECT id FROM app.orders WHERE id = app.sly()',
      'DELETE FROM app.orders WHERE id = app.sly()',
    ]) {
      expect(errorOf(await explain([sql, '--json', '--no-analyze', ...on(app)]))).toMatchObject({
        code: 'unsafe-function',
      });
    }
  });

  test('Y4: a table that somebody holds is not waited for', async ({ app }) => {
    await app.query('BEGIN; LOCK TABLE app.orders IN ACCESS EXCLUSIVE MODE');
    const result = await explain([SLOW_QUERY, '--json', ...on(app)]);
    await app.query('ROLLBACK');
    expect(result.code).toBe(3);
    expect(errorOf(result)).toMatchObject({ code: 'lock-timeout' });
  });
});
