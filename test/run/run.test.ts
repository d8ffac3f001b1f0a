import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { finished, run } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

describe('a slow query', () => {
  test('is proven: index built, migration written, ledger and item updated', async ({ app }) => {
    const original = taskFile(queryItem('1.1', SLOW_QUERY), '- [ ] Ask the team about lunch\n');
    const workspace = await createWorkspace({ [TASK_FILE]: original });
    const result = await run(workspace.path, app.url);

    expect(result.code).toBe(0);
    const [item, note] = finished(result).items;
    expect(item).toMatchObject({
      id: '1.1',
      kind: 'query',
      marker: 'x',
      outcome: 'proven',
      rows: 'same',
      before: { where: 'target' },
      after: { where: 'target' },
      rewrite: null,
      session: null,
      request: null,
    });
    expect(item?.speedup?.ci95[0]).toBeGreaterThan(2);
    expect(note).toMatchObject({
      kind: null,
      outcome: null,
      marker: ' ',
      reason: { code: 'not-recognised' },
    });

    const [index] = await app.query(
      `SELECT indisvalid AS valid, pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indexrelid = 'app.orders_customer_id_idx'::regclass`,
    );
    expect(index).toEqual({
      valid: true,
      definition: 'CREATE INDEX orders_customer_id_idx ON app.orders USING btree (customer_id)',
    });
    const [up] = item?.migrations ?? [];
    expect(await workspace.read(String(up))).toContain(
      '\nCREATE INDEX CONCURRENTLY orders_customer_id_idx ON app.orders (customer_id);\n',
    );
    expect(await app.query('SELECT state, item FROM pitstop.migration')).toEqual([
      { state: 'applied', item: '1.1' },
    ]);

    const text = await workspace.read(TASK_FILE);
    expect(text).toContain('- [x] 1.1 Speed up 1.1\n');
    expect(text).toContain(`  - **File**: \`${up}\`\n`);
    expect(text).toMatch(/\n {2}- \*\*Before\*\*: [\d.,]+ ms median \(.* runs; [\d,]+ blocks\)\n/);
    const ours = /^ {2}- \*\*(Status|File|Before|After|Changes|Impact|Evidence|Rollback)\*\*.*\n/gm;
    expect(text.replace(ours, '').replace('- [x] 1.1', '- [ ] 1.1')).toBe(original);
  });

  test('has the events of the contract, in order', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const { events, stdout } = await run(workspace.path, app.url);

    expect(stdout.trimEnd().split('\n')).toHaveLength(events.length);
    expect(events[0]).toMatchObject({ type: 'run-started', environment: 'development', lab: 'transaction' });
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', exitCode: 0, error: null });
    expect(events.map((event) => event['seq'])).toEqual(events.map((_event, at) => at + 1));
    expect(new Set(events.map((event) => event['runId'])).size).toBe(1);
    for (const event of events)
      expect(event).toMatchObject({ schemaVersion: 1, ts: expect.stringMatching(/Z$/) });
    const phases = events.filter(({ type }) => type === 'phase').map((event) => event['phase']);
    expect([...new Set(phases)]).toEqual(['diagnose', 'try', 'judge', 'apply', 'verify', 'record']);
    const keys = [
      'id',
      'title',
      'file',
      'line',
      'kind',
      'marker',
      'outcome',
      'reason',
      'before',
      'after',
      'speedup',
      'rows',
      'rewrite',
      'session',
      'migrations',
      'files',
      'request',
      'evidence',
    ];
    expect(Object.keys(finished({ events }).items[0] ?? {})).toEqual(keys);
  });

  test('T44: a second run does nothing and changes nothing', async ({ app }) => {
    const items = [
      queryItem('1.1', SLOW_QUERY),
      queryItem('1.2', 'SELECT count(*) FROM app.orders'),
      '- [ ] 1.3 Drop it\n  - **Index**: `app.orders_pkey`\n  - **Candidate**: `DROP INDEX app.orders_pkey`\n',
    ];
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(...items) });
    const first = await run(workspace.path, app.url);
    expect(finished(first).items.map((item) => item['outcome'])).toEqual([
      'proven',
      expect.any(String),
      'awaiting-approval',
    ]);
    expect(first.code).toBe(4);
    await workspace.git('add', '--all');
    await workspace.git('commit', '-qm', 'First run');

    const second = await run(workspace.path, app.url);
    expect(second.code).toBe(4);
    expect(await workspace.git('status', '--porcelain')).toBe('');
    expect(second.events.filter(({ type }) => type === 'item-started')).toEqual([]);
    expect(finished(second).items.map((item) => item['outcome'])).toEqual(
      finished(first).items.map((item) => item['outcome']),
    );
    expect(await app.query('SELECT count(*)::int AS count FROM pitstop.migration')).toEqual([{ count: 1 }]);
  });

  test('--dry-run says everything and changes nothing', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const result = await run(workspace.path, app.url, '--dry-run');

    expect(result.code).toBe(0);
    expect(finished(result).items[0]).toMatchObject({
      outcome: 'proven',
      marker: 'x',
      migrations: [],
      files: [],
    });
    expect(await workspace.git('status', '--porcelain', '--ignored')).toBe('');
    expect(
      await app.query(
        `SELECT to_regclass('app.orders_customer_id_idx') AS index, to_regnamespace('pitstop') AS ledger`,
      ),
    ).toEqual([{ index: null, ledger: null }]);
  });

  test('--no-apply proves and writes, and a later run applies', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const handedOver = await run(workspace.path, app.url, '--no-apply');
    expect(handedOver.code).toBe(3);
    expect(finished(handedOver).items[0]).toMatchObject({
      outcome: 'handed-over',
      marker: '!',
      migrations: [expect.any(String)],
    });
    expect(await app.query(`SELECT to_regclass('app.orders_customer_id_idx') AS index`)).toEqual([
      { index: null },
    ]);

    const applied = await run(workspace.path, app.url);
    expect(finished(applied).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
    const migrations = (await readdir(join(workspace.path, 'migrations'))).filter((name) =>
      name.endsWith('.up.sql'),
    );
    expect(migrations).toHaveLength(1);
  });

  test('T44: --item works on one item, and --redo on one that is done', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(
        queryItem('1.1', SLOW_QUERY),
        queryItem('1.2', `SELECT id FROM app.orders WHERE id = 7`),
      ),
    });
    const one = await run(workspace.path, app.url, '--item', '1.2');
    expect(finished(one).items.map((item) => [item['id'], item['outcome']])).toEqual([
      ['1.2', 'already-met'],
    ]);
    expect(await workspace.read(TASK_FILE)).toContain('- [ ] 1.1');
    const again = await run(workspace.path, app.url, '--item', '1.2', '--redo');
    expect(again.events.filter(({ type }) => type === 'item-started')).toHaveLength(1);
    expect(finished(again).items[0]).toMatchObject({ outcome: 'already-met' });
  });
});
