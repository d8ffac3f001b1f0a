import { expect, test as base } from 'vitest';
import { createIndexStep } from '../src/change.ts';
import { applyMigration } from '../src/migration/apply.ts';
import { readLedger, recordIntent } from '../src/migration/ledger.ts';
import type { Migration } from '../src/migration/migration.ts';
import { reconcile } from '../src/migration/reconcile.ts';
import { ensureLedger } from '../src/migration/schema.ts';
import { withSession, type Session } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { loadParser } from '../src/sql/parse.ts';
import { appFixture } from './support/app.ts';
import { createRole } from './support/roles.ts';
import { connect } from './support/sessions.ts';

const test = base.extend(appFixture);

const STEP = createIndexStep({
  schema: 'app',
  table: 'orders',
  name: 'orders_status_idx',
  keys: [{ column: 'status', descending: false, nullsFirst: false }],
});

const MIGRATION: Migration = {
  format: 'plain',
  name: '1_status',
  steps: [STEP],
  files: [],
  upPath: '',
  upText: `${STEP.up};\n`,
  downPath: null,
  byHand: false,
  note: null,
};

const ORIGIN = { taskFile: null, itemId: null, environment: 'development' };

test('an index that somebody built under the announced name, alike as it is, stays', async ({ app }) => {
  await loadParser();
  const target = parseTarget(app.url, { PGSSLMODE: 'disable' });
  await withSession(target, 'control', null, async (ledger) => {
    await withSession(target, 'apply', null, async (worker) => {
      await ensureLedger(ledger);
      // Right before ours is sent, theirs is there.
      const beaten: Session = {
        ...worker,
        backendPid: worker.backendPid,
        query: async <Row extends object>(sql: string, values?: readonly unknown[]) => {
          if (sql === STEP.up) await app.query('CREATE INDEX orders_status_idx ON app.orders (status)');
          return worker.query<Row>(sql, values);
        },
      };
      const patience = {
        lockTimeoutMs: 1_000,
        deadlineMs: 0,
        clock: () => 0,
        random: () => 0,
        signal: new AbortController().signal,
        onRetry: () => undefined,
      };
      const terms = { origin: ORIGIN, approval: null, consume: true, reverts: null, patience };
      await expect(applyMigration({ ledger, worker: beaten }, MIGRATION, terms)).rejects.toThrow(
        'already exists',
      );
      expect(await readLedger(ledger)).toMatchObject([{ state: 'failed', built: [] }]);
    });
  });
  expect(await app.query(`SELECT to_regclass('app.orders_status_idx') IS NOT NULL AS there`)).toEqual([
    { there: true },
  ]);
});

test('a backend of another role, of which little may be seen, is waited for all the same', async ({
  app,
}) => {
  await loadParser();
  const role = await createRole(app);
  const target = parseTarget(app.url, { PGSSLMODE: 'disable' });
  await withSession(target, 'control', null, async (ledger) => {
    await ensureLedger(ledger);
    await ledger.query(`GRANT USAGE ON SCHEMA pitstop TO ${role.name}`);
    await ledger.query(`GRANT SELECT, UPDATE ON pitstop.migration TO ${role.name}`);
    const worker = await connect(app);
    const [backend] = (await worker.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    const announcement = { origin: ORIGIN, worker: { ...ledger, backendPid: backend?.pid ?? 0 } };
    await recordIntent(ledger, MIGRATION, [{ type: 'nothing' }], {
      ...announcement,
      reverts: null,
      approvalId: null,
    });
    const told: string[] = [];
    const onWait = (message: string) => {
      told.push(message);
      void worker.end();
    };
    const settled = await withSession(
      parseTarget(role.url, { PGSSLMODE: 'disable' }),
      'control',
      null,
      (session) => reconcile(session, onWait, new AbortController().signal),
    );
    expect(told).toHaveLength(1);
    expect(settled).toMatchObject([{ name: '1_status', state: 'failed' }]);
    await worker.end().catch(() => undefined);
  });
});
