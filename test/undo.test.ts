import { expect, test as base } from 'vitest';
import { createIndexStep } from '../src/change.ts';
import { applyMigration } from '../src/migration/apply.ts';
import type { Migration } from '../src/migration/migration.ts';
import { ensureLedger } from '../src/migration/schema.ts';
import { withSession, type Session } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { loadParser } from '../src/sql/parse.ts';
import { appFixture } from './support/app.ts';
import { readLedger } from '../src/migration/ledger.ts';

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
      const origin = { taskFile: null, itemId: null, environment: 'development' };
      const terms = { origin, approval: null, consume: true, reverts: null, patience };
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
