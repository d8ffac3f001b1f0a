import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Approval } from '../../src/gate/approval.ts';
import { consumeApproval } from '../../src/migration/ledger.ts';
import { ensureLedger } from '../../src/migration/schema.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { inTransaction } from '../../src/pg/transaction.ts';
import { expectAgreement } from '../support/agreement.ts';
import type { CliResult } from '../support/cli.ts';
import { createCuttingProxy, type Cut, type CuttingProxy } from '../support/cutting-proxy.ts';
import type { TestDatabase } from '../support/database.ts';
import { holdOrders, terminate, untilWaiting } from '../support/sessions.ts';
import {
  appliedMigration,
  approvedMigration,
  lent,
  named,
  runTasks,
  slowQuery,
  statesOf,
  usesOfApprovals,
  validIndexes,
  type Subject,
} from '../support/subjects.ts';
import { TASK_FILE } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const applyApproved = named('apply', '1_drop_note');
const IMPATIENT = JSON.stringify({ trial: { patienceMs: 1_000 } });

async function hasNote(app: TestDatabase): Promise<boolean> {
  const found = await app.query(
    `SELECT 1 FROM pg_attribute WHERE attrelid = 'app.orders'::regclass AND attname = 'note'`,
  );
  return found.length === 1;
}

const errorIn = ({ stdout, stderr }: CliResult) => /^\{"code":"([\w-]+)"/m.exec(`${stdout}${stderr}`)?.[1];

describe('a backend that is terminated', () => {
  test.for([
    ['apply', ['failed', 'applied']],
    ['control', ['applied']],
    ['%', ['failed', 'applied']],
  ] as const)('while a migration waits for a lock: %s', async ([session, states]) => {
    const subject = await lent(approvedMigration);
    const { app } = subject;
    const blocker = await holdOrders(app);
    const running = applyApproved(subject);
    await untilWaiting(app);
    await terminate(app, session);
    await blocker.release();
    const result = await running;
    expect([result.code, errorIn(result)]).toEqual([5, 'connection-lost']);
    expect((await applyApproved(subject)).code).toBe(0);
    expect(await hasNote(app)).toBe(false);
    expect(await usesOfApprovals(app)).toBe(1);
    expect(await statesOf(app)).toEqual(states);
    await expectAgreement(subject);
  });

  test.for([
    ['apply', ['failed', 'applied']],
    ['control', ['applied']],
    ['reader', ['applied']],
    ['%', ['failed', 'applied']],
  ] as const)('while an index is built: %s', async ([session, states]) => {
    const subject = await lent(slowQuery);
    const { app, workspace } = subject;
    const blocker = await holdOrders(app);
    const running = runTasks(subject);
    await untilWaiting(app);
    await terminate(app, session);
    await blocker.release();
    expect((await running).code).toBe(5);
    expect(await workspace.read(TASK_FILE)).toContain('- [~] 1.1');
    const next = await runTasks(subject);
    expect(next.code, `it said ${next.stderr}`).toBe(0);
    expect(await validIndexes(app)).toHaveLength(2);
    expect(await statesOf(app)).toEqual(states);
    await expectAgreement(subject);
  });
});

describe('a socket that is closed at COMMIT', () => {
  /** An approved migration, and a connection that will be lost. */
  async function approvedThroughProxy(cut: Cut): Promise<Subject> {
    let proxy: CuttingProxy | undefined;
    const subject = await lent(() =>
      approvedMigration(async (url) => {
        proxy = await createCuttingProxy(url);
        return proxy.url;
      }),
    );
    proxy?.cutNext('apply', cut);
    return subject;
  }

  test('before it arrives: nothing is applied, and the same approval does it later', async () => {
    const subject = await approvedThroughProxy('before the commit');
    const { app } = subject;
    const result = await applyApproved(subject);
    expect([result.code, errorIn(result)]).toEqual([5, 'connection-lost']);
    expect(await hasNote(app)).toBe(true);
    expect(await usesOfApprovals(app)).toBe(0);
    expect((await applyApproved(subject)).code).toBe(0);
    expect(await hasNote(app)).toBe(false);
    expect(await usesOfApprovals(app)).toBe(1);
    expect(await statesOf(app)).toEqual(['failed', 'applied']);
    await expectAgreement(subject);
  });

  test('before its answer: the server is asked, and it counts as applied at once', async () => {
    const subject = await approvedThroughProxy('before its answer');
    const { app } = subject;
    const result = await applyApproved(subject);
    expect(result.code, `it said ${result.stderr}`).toBe(0);
    expect(await hasNote(app)).toBe(false);
    expect((await applyApproved(subject)).stdout).toContain('already-applied');
    expect(await usesOfApprovals(app)).toBe(1);
    expect(await statesOf(app)).toEqual(['applied']);
    await expectAgreement(subject);
  });

  test.for(['before the commit', 'before its answer'] as const)(
    'of an intent, %s: the next one settles it',
    async (cut) => {
      const subject = await lent(appliedMigration);
      const { app, workspace, url } = subject;
      await workspace.write(
        'migrations/2_customer.up.sql',
        'CREATE INDEX CONCURRENTLY orders_customer_idx ON app.orders (customer_id);\n',
      );
      const apply = named('apply', '2_customer');
      const proxy = await createCuttingProxy(url);
      proxy.cutNext('control', cut);
      const result = await apply({ ...subject, url: proxy.url });
      expect([result.code, errorIn(result)]).toEqual([5, 'connection-lost']);
      expect(await validIndexes(app)).toHaveLength(2);
      expect((await apply(subject)).code).toBe(0);
      expect(await validIndexes(app)).toHaveLength(3);
      await expectAgreement(subject);
    },
  );
});

describe('a lock that somebody else holds', () => {
  test('for too long: nothing is used up, and the message names them', async () => {
    const subject = await lent(approvedMigration);
    const { app, workspace } = subject;
    await workspace.write('pitstop.config.json', IMPATIENT);
    const blocker = await holdOrders(app);
    const result = await applyApproved(subject);
    await blocker.release();
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(
      /"lock-timeout".*1_drop_note needs: pid \d+ \(somebody else\); nothing was changed/,
    );
    expect(await hasNote(app)).toBe(true);
    expect(await usesOfApprovals(app)).toBe(0);
    expect((await applyApproved(subject)).code).toBe(0);
    expect(await usesOfApprovals(app)).toBe(1);
    await expectAgreement(subject);
  });

  test('and gives up meanwhile: the next try succeeds', async () => {
    const subject = await lent(approvedMigration);
    const blocker = await holdOrders(subject.app);
    let released: Promise<void> | undefined;
    const result = await applyApproved(subject, {
      killAfter: (line) => {
        if (line.includes('was rolled back, trying again')) released ??= blocker.release();
        return undefined;
      },
    });
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('waited for pid ');
    await released;
    expect(await usesOfApprovals(subject.app)).toBe(1);
    expect(await statesOf(subject.app)).toEqual(['applied']);
    await expectAgreement(subject);
  });
});

describe('two runners', () => {
  test('the second one waits for a while, then says so', async () => {
    const subject = await lent(approvedMigration);
    const blocker = await holdOrders(subject.app);
    const first = applyApproved(subject);
    await untilWaiting(subject.app);
    const workspace = await createWorkspace({ 'pitstop.config.json': IMPATIENT });
    await cp(join(subject.workspace.path, 'migrations'), join(workspace.path, 'migrations'), {
      recursive: true,
    });
    const second = await applyApproved({ ...subject, workspace });
    expect([second.code, errorIn(second)]).toEqual([5, 'runner-busy']);
    await blocker.release();
    expect((await first).code).toBe(0);
    await expectAgreement(subject);
  });

  test('with one approval in two working copies: one uses it', async () => {
    const subject = await lent(approvedMigration);
    const workspace = await createWorkspace();
    for (const folder of ['migrations', '.pitstop'])
      await cp(join(subject.workspace.path, folder), join(workspace.path, folder), { recursive: true });
    const results = await Promise.all([applyApproved(subject), applyApproved({ ...subject, workspace })]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(results.filter(({ stdout }) => stdout.includes('already-applied'))).toHaveLength(1);
    expect(await usesOfApprovals(subject.app)).toBe(1);
    expect(await statesOf(subject.app)).toEqual(['applied']);
  });

  test('even without the lock of runners, an approval is used once', async () => {
    const { app, url } = await lent(approvedMigration);
    const target = parseTarget(url, { PGSSLMODE: 'disable' });
    const approval: Approval = {
      id: '5f0c1a52-3c0e-4a43-9d5c-1a2b3c4d5e6f',
      request: '0123456789abcdef',
      requestSha256: 'a'.repeat(64),
      method: 'ssh',
      approver: 'alice',
      environment: 'development',
      issued: new Date().toISOString(),
      expires: new Date(Date.now() + 3_600_000).toISOString(),
      signed: null,
    };
    const use = () =>
      withSession(target, 'test', null, (session) =>
        inTransaction(session, () => consumeApproval(session, approval)).then(
          () => 'used',
          (error: unknown) =>
            (error as { conclusion?: { reason: { code: string } } }).conclusion?.reason.code ?? String(error),
        ),
      );
    await withSession(target, 'test', null, ensureLedger);
    const ends = await Promise.all([use(), use(), use()]);
    expect(ends.toSorted((one, other) => one.localeCompare(other))).toEqual([
      'approval-used',
      'approval-used',
      'used',
    ]);
    expect(await usesOfApprovals(app)).toBe(1);
  });
});
