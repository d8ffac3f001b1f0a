import { describe, expect, test as base } from 'vitest';
import { appFixture, createApp } from '../support/app.ts';
import { runCli } from '../support/cli.ts';
import type { TestDatabase } from '../support/database.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

const UPDATE = `UPDATE app.orders SET status = 'lost' WHERE customer_id = 1234 RETURNING id`;

/** Every row and every sequence of the application. */
async function dataOf(app: TestDatabase): Promise<unknown> {
  const tables = await app.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'app' ORDER BY 1`,
  );
  const rows: unknown[] = [];
  for (const { name } of tables) {
    const [row] = await app.query(
      `SELECT count(*)::int AS count, sum(hashtextextended(t::text, 0)::numeric)::text AS checksum FROM ${name} AS t`,
    );
    rows.push([name, row]);
  }
  return [rows, await app.query(`SELECT * FROM pg_sequences WHERE schemaname = 'app' ORDER BY sequencename`)];
}

async function indexesOf(app: TestDatabase): Promise<string[]> {
  const rows = await app.query<{ shown: string }>(
    `SELECT indrelid::regclass || ' ' || substring(pg_get_indexdef(indexrelid) from '\\(.*') AS shown FROM pg_index
      WHERE indrelid::regclass::text LIKE 'app.%' AND NOT indisprimary AND indisvalid ORDER BY 1`,
  );
  return rows.map(({ shown }) => shown);
}

async function evidenceOf(workspace: Workspace, path: string | null | undefined) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the evidence is ours
  return JSON.parse(await workspace.read(path ?? '')) as {
    readonly lab: string;
    readonly notes: readonly string[];
    readonly trials: readonly { readonly reason: { readonly code: string } }[];
  };
}

const workspaceOf = (...items: readonly string[]) =>
  createWorkspace({ [TASK_FILE]: taskFile(...items.map((sql, at) => queryItem(`1.${at + 1}`, sql))) });

function runOn(environment: string, workspace: Workspace, url: string, ...args: readonly string[]) {
  const named = ['--json', '--database-url', url, '--environment', environment];
  return runCli(['run', TASK_FILE, ...named, ...args], { cwd: workspace.path });
}

describe('on a development target', () => {
  test('E20, E22: an UPDATE is proven there, and every row stays as it was', async ({ app }) => {
    await app.query(`CREATE SEQUENCE app.numbers START 7; SELECT nextval('app.numbers');
      CREATE FUNCTION app.shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := upper(NEW.note); RETURN NEW; END $$;
      CREATE TRIGGER shout BEFORE UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION app.shout()`);
    const before = await dataOf(app);
    const workspace = await workspaceOf(UPDATE);
    const [item] = finished(await run(workspace.path, app.url)).items;
    expect(item).toMatchObject({
      outcome: 'proven',
      rows: 'same',
      before: { where: 'target' },
      after: { where: 'target' },
    });
    expect(await indexesOf(app)).toEqual(['app.orders (customer_id)']);
    expect(await dataOf(app)).toEqual(before);
    const evidence = await evidenceOf(workspace, item?.evidence);
    expect(evidence.lab).toBe('transaction');
    expect(evidence.notes).toContain(
      'each execution was rolled back on the target; its rows and sequences are as before',
    );
  });

  test('E20, E22: an UPDATE whose trigger writes is measured in a database of our own, and so is an INSERT that takes a number', async ({
    app,
  }) => {
    await app.query(`CREATE TABLE app.audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint REFERENCES app.orders);
      INSERT INTO app.audit (order_id) SELECT n FROM generate_series(1, 50) n;
      CREATE FUNCTION app.log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO app.audit (order_id) VALUES (NEW.id); RETURN NULL; END $$;
      CREATE TRIGGER log AFTER UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION app.log();
      CREATE TRIGGER broken AFTER UPDATE ON app.orders FOR EACH ROW WHEN (NEW.id / 0 = 1) EXECUTE FUNCTION app.log();
      ALTER TABLE app.orders DISABLE TRIGGER broken`);
    const before = await dataOf(app);
    const workspace = await workspaceOf(
      UPDATE,
      'INSERT INTO app.audit (order_id) VALUES (4711) RETURNING id',
    );
    const [update, insert] = finished(await run(workspace.path, app.url)).items;
    expect(update).toMatchObject({ outcome: 'applied', rows: 'same', after: { where: 'embedded' } });
    // A sequence that began anew would give numbers that are taken.
    expect(insert).toMatchObject({ outcome: 'already-met', before: { where: 'embedded' } });
    expect(await indexesOf(app)).toEqual(['app.orders (customer_id)']);
    expect(await dataOf(app)).toEqual(before);
    const { lab, notes } = await evidenceOf(workspace, update?.evidence);
    expect(lab).toBe('embedded');
    expect(notes).toContain('it was executed in the embedded lab only, never on the target');
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain('**Status**: ✅ Applied, measured in the embedded lab');
    expect(text).toContain('measured in the embedded lab)');
  });

  test(
    'a DELETE gets the indexes that its foreign keys need, at any depth',
    { timeout: 240_000 },
    async ({ app }) => {
      await app.query(`
      CREATE TABLE app.parents (id int PRIMARY KEY);
      CREATE TABLE app.children (id int PRIMARY KEY, parent int REFERENCES app.parents ON DELETE CASCADE);
      CREATE INDEX ON app.children (parent);
      CREATE TABLE app.toys (id int PRIMARY KEY, child int REFERENCES app.children ON DELETE CASCADE);
      CREATE TABLE app.notes (id int PRIMARY KEY, parent int REFERENCES app.parents ON DELETE SET NULL);
      INSERT INTO app.parents SELECT n FROM generate_series(1, 20000) n;
      INSERT INTO app.children SELECT n, n FROM generate_series(1, 20000) n;
      INSERT INTO app.toys SELECT n, 1 + n % 20000 FROM generate_series(1, 150000) n;
      INSERT INTO app.notes SELECT n, 1 + n % 10000 FROM generate_series(1, 150000) n;
      ANALYZE app.parents, app.children, app.toys, app.notes`);
      const before = await dataOf(app);
      const workspace = await workspaceOf('DELETE FROM app.parents WHERE id IN (17, 4711)');
      const [item] = finished(await run(workspace.path, app.url)).items;
      expect(item).toMatchObject({ outcome: 'applied', rows: 'same', after: { where: 'embedded' } });
      expect(await indexesOf(app)).toEqual([
        'app.children (parent)',
        'app.notes (parent)',
        'app.toys (child)',
      ]);
      expect(await dataOf(app)).toEqual(before);
    },
  );

  test('E21: what nobody may execute is refused', async ({ app }) => {
    await app.query(`CREATE FUNCTION app.act() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_terminate_backend(0); RETURN NULL; END $$;
      CREATE TRIGGER act AFTER UPDATE ON app.lines FOR EACH ROW EXECUTE FUNCTION app.act()`);
    const before = await dataOf(app);
    const workspace = await workspaceOf(
      'DELETE FROM app.orders',
      `UPDATE app.orders SET note = 'x'`,
      'WITH gone AS (DELETE FROM app.orders RETURNING id) SELECT count(*) FROM gone',
      'UPDATE app.lines SET amount = 1 WHERE order_id = 7',
      `UPDATE app.orders SET note = pg_read_file('/etc/passwd') WHERE id = 7`,
      'UPDATE app.orders SET note = pg_terminate_backend(0)::text WHERE id = 7',
      `DELETE FROM pg_catalog.pg_class WHERE relname = 'orders'`,
    );
    const { items } = finished(await run(workspace.path, app.url));
    expect(items.map(({ outcome, reason }) => [outcome, reason?.code])).toEqual([
      ['refused', 'statement-writes'],
      ['refused', 'statement-writes'],
      ['refused', 'statement-writes'],
      ['refused', 'statement-writes'],
      ['refused', 'unsafe-function'],
      ['refused', 'unsafe-function'],
      ['refused', 'statement-writes'],
    ]);
    expect(items[0]?.reason?.message).toContain('DELETE without WHERE');
    expect(items[3]?.reason?.message).toContain('app.act');
    expect(await dataOf(app)).toEqual(before);
  });

  test('E23: another text of it is never taken, nor applied', async ({ app }) => {
    const before = await dataOf(app);
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(
        queryItem(
          '1.1',
          `UPDATE app.orders SET status = 'lost' WHERE customer_id = 1234`,
          `**Candidate**: \`UPDATE app.orders SET status = 'lost' WHERE id = 1234\``,
        ),
      ),
    });
    const [item] = finished(await run(workspace.path, app.url)).items;
    expect(item).toMatchObject({ outcome: 'proven', rewrite: null });
    const { trials } = await evidenceOf(workspace, item?.evidence);
    expect(trials[0]).toMatchObject({ reason: { code: 'refused' } });
    expect(await dataOf(app)).toEqual(before);
  });

  test('what the server has against it is a question', async ({ app }) => {
    const workspace = await workspaceOf(
      `INSERT INTO app.orders VALUES (1, 1, 'new', now(), NULL)`,
      'UPDATE app.orders SET nothing = 1 WHERE id = 7',
      'UPDATE app.ordrs SET note = NULL WHERE id = 7',
      'UPDATE app.orders SET note = $1 WHERE id = 7',
    );
    const { items } = finished(await run(workspace.path, app.url));
    expect(items.map(({ outcome, reason }) => [outcome, reason?.code])).toEqual([
      ['needs-information', 'statement-rejected'],
      ['needs-information', 'unknown-column'],
      ['needs-information', 'unknown-table'],
      ['needs-information', 'parameters-missing'],
    ]);
  });
});

describe('elsewhere', () => {
  test('E20: on staging a lab is needed', async ({ app }) => {
    const workspace = await workspaceOf(UPDATE);
    const result = await runOn('staging', workspace, app.url);
    expect(result.code).toBe(5);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'no-lab', reason: { code: 'no-lab' } });
  });

  test('in the lab of staging it is measured, and what gains is applied to the target', async ({ app }) => {
    const lab = await createApp();
    const before = [await dataOf(app), await dataOf(lab)];
    const workspace = await workspaceOf(UPDATE, 'DELETE FROM app.lines WHERE order_id = 7');
    const { items } = finished(await runOn('staging', workspace, app.url, '--lab', lab.url));
    expect(items).toMatchObject([
      { outcome: 'applied', rows: 'same', before: { where: 'url' }, after: { where: 'url' } },
      // The gate would ask somebody for that.
      { outcome: 'no-lab', reason: { code: 'no-lab', message: expect.stringContaining('--lab embedded') } },
    ]);
    expect([await indexesOf(app), await indexesOf(lab)]).toEqual([['app.orders (customer_id)'], []]);
    expect([await dataOf(app), await dataOf(lab)]).toEqual(before);
    await lab.drop();
  });

  test('E21: on production it is refused, and no plan is made of it', async ({ app }) => {
    const workspace = await workspaceOf(UPDATE);
    const [item] = finished(await runOn('production', workspace, app.url)).items;
    expect(item).toMatchObject({ outcome: 'refused', reason: { code: 'statement-writes' } });
    const planned = await runCli(['plan', TASK_FILE, '--json', '--database-url', app.url], {
      cwd: workspace.path,
    });
    expect(planned.stdout).toContain('statement-writes');
  });
});
