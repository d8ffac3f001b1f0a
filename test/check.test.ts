import { describe, expect, test as base } from 'vitest';
import { appFixture } from './support/app.ts';
import { runCli, type CliResult } from './support/cli.ts';
import { administer } from './support/database.ts';
import { createWorkspace } from './support/workspace.ts';

const test = base.extend(appFixture);

interface CheckDocument {
  readonly schemaVersion: number;
  readonly verdict: string;
  readonly statements: readonly {
    readonly sql: string;
    readonly verdict: string;
    readonly class: string;
    readonly lock: string | null;
    readonly reasons: readonly string[];
    readonly lint: readonly { readonly rule: string; readonly message: string; readonly instead: string }[];
  }[];
}

const DEVELOPMENT = ['--environment', 'development'];
const UNREACHABLE = 'postgres://nobody:secret@127.0.0.1:1/nowhere';

const document = ({ stdout }: CliResult) => JSON.parse(stdout) as CheckDocument;
const rulesOf = ({ statements }: CheckDocument) =>
  statements.flatMap(({ lint }) => lint.map(({ rule }) => rule));

/** Checks a text from standard input, in an empty repository. */
async function check(
  input: string,
  args: readonly string[] = DEVELOPMENT,
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const { path } = await createWorkspace();
  return runCli(['check', '-', '--json', ...args], { cwd: path, input, env });
}

describe('the verdict', () => {
  test.for([
    ['SELECT 1', 'allow', 0],
    ['SELECT 1; CREATE INDEX CONCURRENTLY i ON t (a)', 'allow', 0],
    ['SELECT 1; DROP TABLE t', 'gate', 4],
    ['SELECT 1; DROP TABLE t; COMMIT', 'refuse', 2],
    ['-- nothing', 'refuse', 2],
    ['SELEC 1', 'refuse', 2],
    ["SELECT '\u001B[2J'", 'refuse', 2],
  ] as const)('K1: %s', async ([sql, verdict, code]) => {
    const result = await check(sql);
    expect(document(result)).toMatchObject({ schemaVersion: 1, verdict });
    expect(result.code).toBe(code);
  });

  test('K2: one document, each statement in its order', async () => {
    const { statements } = document(await check('SELECT 1;\n\nALTER TABLE t ADD COLUMN z serial;'));
    expect(statements).toHaveLength(2);
    expect(statements[0]).toEqual({
      sql: 'SELECT 1',
      verdict: 'allow',
      class: 'read',
      lock: null,
      reasons: [expect.any(String)],
      lint: [],
    });
    expect(statements[1]).toMatchObject({
      sql: 'ALTER TABLE t ADD COLUMN z serial',
      verdict: 'gate',
      lock: 'ACCESS EXCLUSIVE',
    });
    expect(rulesOf({ schemaVersion: 1, verdict: 'gate', statements })).toEqual(
      expect.arrayContaining(['serial-or-identity-rewrites', 'missing-lock-timeout']),
    );
    for (const finding of statements[1]!.lint)
      expect(Object.keys(finding)).toEqual(['rule', 'message', 'instead']);
  });

  test('K3: depends on the environment; undeclared is judged as production', async () => {
    const sql = 'CREATE INDEX CONCURRENTLY i ON t (a)';
    expect((await check(sql, [])).code).toBe(4);
    expect((await check(sql, ['--environment', 'staging'])).code).toBe(0);
    expect((await check(sql, ['--environment', 'production'])).code).toBe(4);
    const declared = await createWorkspace({ 'pitstop.config.json': '{"environment": "test"}' });
    const options = { cwd: declared.path, input: sql };
    expect((await runCli(['check', '-'], options)).code).toBe(0);
    expect((await runCli(['check', '-', '--environment', 'production'], options)).code).toBe(4);
    expect((await runCli(['check', '-', '--environment', 'development'], options)).code).toBe(4);
    const named = { DATABASE_URL: 'postgres://me@db/shop_prod' };
    expect((await runCli(['check', '-'], { ...options, env: named })).code).toBe(4);
  });

  test('K4: findings do not change it, and no comment changes them', async () => {
    const plain = document(await check('CREATE INDEX i ON t (a)'));
    expect(plain.verdict).toBe('allow');
    expect(rulesOf(plain)).toContain('index-not-concurrent');
    const silenced = document(
      await check('-- squawk-ignore-file\n-- eugene: ignore all\nCREATE INDEX i ON t (a) -- approved'),
    );
    expect(rulesOf(silenced)).toEqual(rulesOf(plain));
    expect(document(await check('DROP TABLE t -- approved by the owner')).verdict).toBe('gate');
  });

  test('K9: 5,000 statements each get an answer', async () => {
    const sql = Array.from({ length: 5_000 }, (_, n) => `UPDATE t SET a = ${n} WHERE id = ${n};\n`).join('');
    const { statements } = document(await check(sql));
    expect(statements).toHaveLength(5_000);
    expect(statements.at(-1)?.sql).toBe('UPDATE t SET a = 4999 WHERE id = 4999');
  });
});

describe('the input', () => {
  test('K5: what cannot be read is an error, not a verdict', async () => {
    const workspace = await createWorkspace({
      'latin.sql': Buffer.from("SELECT 'é'", 'latin1'),
      'empty.sql': ' \n',
      'large.sql': `SELECT 1;${' '.repeat(1024 ** 2)}`,
      'as-large-as-possible.sql': `SELECT 1;${' '.repeat(1024 ** 2 - 9)}`,
    });
    const codes: Record<string, unknown> = {};
    for (const name of ['missing.sql', 'tasks', 'latin.sql', 'empty.sql', 'large.sql']) {
      const result = await runCli(['check', name, '--json'], { cwd: workspace.path });
      expect(result.code).toBe(2);
      codes[name] = JSON.parse(result.stdout).code;
    }
    expect(codes).toEqual({
      'missing.sql': 'sql-file-not-found',
      tasks: 'sql-file-unreadable',
      'latin.sql': 'sql-file-not-utf8',
      'empty.sql': 'sql-file-empty',
      'large.sql': 'sql-file-too-large',
    });
    expect((await runCli(['check', 'as-large-as-possible.sql'], { cwd: workspace.path })).code).toBe(0);
  });

  test('K5: so it is from standard input', async () => {
    for (const [input, code] of [
      ['', 'sql-file-empty'],
      [`SELECT 1;${' '.repeat(3 * 1024 ** 2)}`, 'sql-file-too-large'],
    ] as const) {
      const result = await check(input);
      expect(result.code).toBe(2);
      expect(JSON.parse(result.stdout)).toMatchObject({ code, hint: expect.any(String) });
    }
  });

  test('K5: exactly one file, known options', async () => {
    const workspace = await createWorkspace({ 'a.sql': 'SELECT 1', 'b.sql': 'SELECT 1' });
    for (const args of [
      ['check'],
      ['check', 'a.sql', 'b.sql'],
      ['check', 'a.sql', '--yes'],
      ['check', 'a.sql', '--environment', 'prod'],
    ]) {
      const result = await runCli([...args, '--json'], { cwd: workspace.path });
      expect(result.code).toBe(2);
      expect(JSON.parse(result.stdout)).toMatchObject({ code: 'usage' });
    }
  });
});

describe('the database', () => {
  test('K6: that the command line names is asked for what the text does not say', async ({ app }) => {
    await app.query('CREATE TABLE app.fresh (a int, c varchar(10))');
    const sql = 'CREATE INDEX i ON app.orders (status); CREATE INDEX j ON app.fresh (a)';
    const unasked = document(await check(sql));
    expect(rulesOf(unasked).filter((rule) => rule === 'index-not-concurrent')).toHaveLength(2);
    const asked = document(await check(sql, [...DEVELOPMENT, '--database-url', app.url]));
    expect(
      asked.statements.map(({ lint }) => lint.some(({ rule }) => rule === 'index-not-concurrent')),
    ).toEqual([true, false]);
  });

  test('K6: its marker counts', async ({ app }) => {
    await app.query(`ALTER DATABASE ${app.name} SET pitstop.environment = 'production'`);
    const result = await check('CREATE INDEX CONCURRENTLY i ON app.orders (status)', [
      '--database-url',
      app.url,
      ...DEVELOPMENT,
    ]);
    expect(result.code).toBe(4);
  });

  test('K6: nothing of the text reaches it', async ({ app }) => {
    const sql = 'DROP TABLE app.lines; CREATE TABLE app.added (a int)';
    expect((await check(sql, ['--database-url', app.url])).code).toBe(4);
    const tables = await administer(
      "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind = 'r' ORDER BY 1",
      [],
      app.name,
    );
    expect(tables.map(({ relname }) => relname)).toEqual(expect.arrayContaining(['lines', 'orders']));
    expect(tables.map(({ relname }) => relname)).not.toContain('added');
  });

  test('K6: a table that somebody holds does not hold the check up', async ({ app }) => {
    await app.query('BEGIN; LOCK TABLE app.orders');
    const result = await check('CREATE INDEX i ON app.orders (status)', [
      ...DEVELOPMENT,
      '--database-url',
      app.url,
    ]);
    await app.query('ROLLBACK');
    expect(result.stderr).toContain('locked');
    expect(rulesOf(document(result))).toContain('index-not-concurrent');
  });

  test('K6: one that does not answer ends the check', async () => {
    const result = await check('SELECT 1', ['--database-url', UNREACHABLE]);
    expect(result.code).toBe(5);
    expect(JSON.parse(result.stdout)).toMatchObject({ code: 'connection-failed' });
    expect(result.stdout + result.stderr).not.toContain('secret');
  });

  test('K7: that is named elsewhere is not asked, and that is said', async () => {
    for (const env of [
      { DATABASE_URL: UNREACHABLE },
      { DATABASE_URL: 'nonsense' },
      { PGHOST: '127.0.0.1', PGPORT: '1' },
    ]) {
      const result = await check('SELECT 1', DEVELOPMENT, env);
      expect(result.code).toBe(0);
      expect(document(result).verdict).toBe('allow');
    }
    const told = await check('SELECT 1', DEVELOPMENT, { DATABASE_URL: UNREACHABLE });
    expect(told.stderr).toContain('--database-url');
    expect(told.stderr).not.toContain('secret');
    expect((await check('SELECT 1', [...DEVELOPMENT, '--quiet'], { DATABASE_URL: UNREACHABLE })).stderr).toBe(
      '',
    );
  });
});

describe('the text for people', () => {
  test('K8: numbers the statements, with verdict, lock, findings and what to do instead', async () => {
    const { path } = await createWorkspace({ 'a.sql': 'SELECT 1;\nCREATE INDEX i\n  ON t (a)' });
    const { stdout } = await runCli(['check', 'a.sql', ...DEVELOPMENT], { cwd: path });
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      '1. SELECT 1',
      expect.stringMatching(/^ {2}verdict {2}allow \(read\): ./),
      '  lock  none on tables',
      '2. CREATE INDEX i  ON t (a)',
      expect.stringMatching(/^ {2}verdict {2}allow \(additive\): ./),
      '  lock  SHARE; writes wait, reads go on; all of it is read meanwhile',
      '  lint  index-not-concurrent: SHARE on t for the whole build: all writes wait',
      expect.stringContaining('instead: CREATE INDEX CONCURRENTLY i ON t (…)'),
      expect.stringContaining('missing-lock-timeout'),
      expect.stringContaining('instead: SET LOCAL lock_timeout'),
      expect.stringContaining('missing-statement-timeout'),
      expect.stringContaining('instead: SET LOCAL statement_timeout'),
      'allow: 2 statements, judged as development (--environment says development)',
      '',
    ]);
  });

  test('K8: nothing in it steers a terminal', async () => {
    const { path } = await createWorkspace();
    const hostile = 'SELECT 1; DROP TABLE t --\u001B[1A\u001B[2K\r\u202Eevil\u0007';
    const { stdout, stderr, code } = await runCli(['check', '-'], { cwd: path, input: hostile });
    expect(code).toBe(2);
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
    expect(stdout).toContain('DROP TABLE t');
  });
});
