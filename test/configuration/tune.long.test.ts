import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { withEmbeddedServer } from '../../src/labs/embedded/server.ts';
import { runCli } from '../support/cli.ts';
import { createFolder } from '../support/folder.ts';

interface Told {
  readonly settings: readonly { readonly name: string; readonly old: string | null }[];
  readonly comparison: {
    readonly workload: { readonly name: string };
    readonly findings: readonly { readonly id: string }[];
    readonly counters: readonly { readonly counter: string; readonly better: boolean | null }[];
    readonly settings: readonly {
      readonly name: string;
      readonly evidence: string;
      readonly counter?: string;
    }[];
    readonly notes: readonly string[];
  };
  readonly notes: readonly { readonly text: string }[];
  readonly text: string;
}

const SMALL = {
  shared_preload_libraries: 'pg_stat_statements',
  work_mem: '64kB',
  max_connections: '60',
};

const SCHEMA = `
  CREATE EXTENSION pg_stat_statements;
  CREATE SCHEMA app;
  CREATE TABLE app.orders AS
    SELECT i AS id, i % 500 AS customer_id, md5(i::text) AS note FROM generate_series(1, 20000) AS i;
  CREATE INDEX ON app.orders (customer_id);
  ANALYZE`;

test('statements that a server counted are measured on a copy of what they read', async () => {
  const cwd = await createFolder({
    'statements.sql':
      'SELECT id FROM app.orders ORDER BY note, id LIMIT 10 OFFSET 9000; SELECT 1 / (id - id) FROM app.orders;',
  });
  await withEmbeddedServer({ settings: SMALL }, async ({ url }) => {
    const client = new Client(url);
    await client.connect();
    await client.query(SCHEMA);
    for (let call = 0; call < 3; call += 1) {
      await client.query('SELECT note, count(*) FROM app.orders GROUP BY note ORDER BY note DESC');
      await client.query('SELECT * FROM app.orders WHERE customer_id = $1', [call]);
    }
    await client.query('UPDATE app.orders SET note = note WHERE id = 1');
    await client.end();

    const told = await tune(cwd, url, 'pg_stat_statements top 2');
    expect(told.comparison.workload.name).toBe('2 statements of pg_stat_statements top 2');
    expect(told.comparison.findings.map(({ id }) => id)).toContain('spills');
    expect(told.comparison.counters).toContainEqual(
      expect.objectContaining({ counter: 'tempBytes', better: true }),
    );
    const shown = told.comparison.settings.find(({ name }) => name === 'work_mem');
    expect(shown).toMatchObject({ evidence: 'measured', counter: 'tempBytes' });
    expect(told.settings.find(({ name }) => name === 'work_mem')).toMatchObject({ old: '64kB' });
    expect(told.text).toMatch(
      /Measured: temporary bytes for each transaction fall from .* to 0 kB.*\nwork_mem = /,
    );
    expect(told.notes.map(({ text }) => text).join('\n')).toContain('parameters sampled from statistics');

    const named = await tune(cwd, url, join(cwd, 'statements.sql'));
    expect(named.comparison.notes).toContain('left out: statement 2: division by zero');
    expect(named.comparison.counters).toContainEqual(
      expect.objectContaining({ counter: 'tempBytes', better: true }),
    );
  });
});

test('statements that only write, or read what is not there, leave nothing to measure', async () => {
  const cwd = await createFolder({
    'statements.sql': 'DELETE FROM app.orders; SELECT * FROM app.missing; SELECT 1;',
    'broken.sql': 'SELECT FROM WHERE',
  });
  await withEmbeddedServer({}, async ({ url }) => {
    const refusal = async (statements: string) => {
      const { code, stdout } = await runTune(cwd, url, statements);
      expect(code).toBe(2);
      return JSON.parse(stdout) as { readonly code: string; readonly message: string };
    };
    expect(await refusal(join(cwd, 'statements.sql'))).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('can be measured'),
    });
    expect(await refusal(join(cwd, 'broken.sql'))).toMatchObject({ code: 'statement-syntax-error' });
    expect(await refusal(join(cwd, 'missing.sql'))).toMatchObject({ code: 'sql-file-not-found' });
    expect(await refusal('pg_stat_statements')).toMatchObject({ code: 'usage' });
  });
});

function runTune(cwd: string, url: string, statements: string) {
  const machine = ['--hardware', '2 GB RAM, 2 cores, SSD, web', '--no-probe'];
  const measured = ['--statements', statements, '--budget', '30', '--json', '--quiet'];
  return runCli(['tune', ...machine, ...measured, '--database-url', url], { cwd });
}

async function tune(cwd: string, url: string, statements: string): Promise<Told> {
  const { code, stdout, stderr } = await runTune(cwd, url, statements);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Told;
}

test('an interruption ends it in the middle and leaves nothing', async () => {
  const cwd = await createFolder();
  const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('pitstop-server-'));
  const before = await folders();
  const { code, stdout } = await runCli(['tune', '--hardware', '2 GB, 2 cores, SSD', '--no-probe'], {
    cwd,
    killAfter: (line) => (line.startsWith('measuring') ? 'SIGINT' : undefined),
  });
  expect(code).toBe(130);
  expect(stdout).toBe('');
  expect((await folders()).filter((name) => !before.includes(name))).toEqual([]);
});
