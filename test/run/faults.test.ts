import { describe, expect, test } from 'vitest';
import { expectAgreement, readTree } from '../support/agreement.ts';
import type { CliResult } from '../support/cli.ts';
import { lend } from '../support/database.ts';
import { atEach, killedAt, pointsOf, stepsOf, type Point } from '../support/kill.ts';
import { finished } from '../support/run.ts';
import { holdOrders, terminate, untilWaiting } from '../support/sessions.ts';
import {
  appliedMigration,
  approvedDrop,
  approvedMigration,
  lent,
  named,
  runTasks,
  slowQuery,
  statesOf,
  usesOfApprovals,
  validIndexes,
  type Command,
  type Subject,
} from '../support/subjects.ts';
import { TASK_FILE } from '../support/task-file.ts';
import { THOROUGH } from '../support/thorough.ts';

// Some hundred runs have to show a gain: while other work keeps the machine busy, one of them may not.
const PATIENT = { timeout: 600_000, retry: 1 };

/**
 * What an index costs writers is measured on a table of a random name, as often as time allows, in a transaction that is
 * rolled back: no run comes to the same of these steps, and none leaves anything.
 */
const ON_SCRATCH_TABLE = /pitstop_[0-9a-f]{6,}/;

/** Something that pitstop is to do to a database, from a working copy. */
interface Scenario {
  /** Which of its points to visit, by their steps, where another scenario visits the others; all where it is missing. */
  readonly only?: RegExp;
  readonly prepare: () => Promise<Subject>;
  readonly command: Command;
  /** After the command ran once more: what has to be there, beside the agreement. */
  readonly check: (subject: Subject, result: CliResult, found: readonly number[]) => Promise<void>;
}

/** Ends the command at each of its points, runs it again, and looks whether all agrees; a third time changes nothing. */
async function endAtEachPoint({ only, prepare, command, check }: Scenario): Promise<number> {
  const rehearsal = await prepare();
  let steps: string[] = [];
  await lend(rehearsal.app, async () => {
    steps = await stepsOf(rehearsal.workspace.path, (watched) => command(rehearsal, watched));
    await expectAgreement(rehearsal);
  });
  const points = pointsOf(steps).filter(
    ({ step }) => (only?.test(step) ?? true) && !ON_SCRATCH_TABLE.test(step),
  );
  const visited = THOROUGH ? points : points.filter((_point, at) => at % 6 === 0);
  await atEach(visited, async (point) => {
    const subject = await prepare();
    await lend(subject.app, async () => {
      const killed = await command(subject, killedAt(subject.workspace.path, point));
      expect(killed.signal, `it said ${killed.stderr}`).toBe('SIGKILL');
      const found = await validIndexes(subject.app);
      const result = await command(subject);
      await check(subject, result, found);
      const rows = await expectAgreement(subject);
      if (points.indexOf(point) % 12 > 0) return;
      const before = await lastingFiles(subject, result);
      await command(subject);
      expect(await lastingFiles(subject, result)).toEqual(before);
      expect(await expectAgreement(subject)).toEqual(rows);
    });
  });
  return points.length;
}

/** What another run leaves alone: all of it, or, where an item still waits, all but what a run writes down of itself. */
async function lastingFiles({ workspace }: Subject, { code }: CliResult): Promise<[string, Buffer][]> {
  const files = [...(await readTree(workspace.path))];
  return files.filter(([name]) => code === 0 || !/^(?:\.pitstop|docs)\//.test(name));
}

describe('killed at any of its steps', () => {
  test('a run that builds an index: the next one comes to the same end', PATIENT, async () => {
    const points = await endAtEachPoint({
      prepare: slowQuery,
      command: runTasks,
      async check({ app, workspace }, { code, stderr }, found) {
        expect(code, `it said ${stderr}`).toBe(0);
        expect(await workspace.read(TASK_FILE)).toContain('- [x] 1.1');
        const now = await validIndexes(app);
        expect(now).toHaveLength(2);
        // What was there is not built again.
        expect(now).toEqual(expect.arrayContaining([...found]));
      },
    });
    expect(points).toBeGreaterThanOrEqual(32);
  });

  test('a run that drops an index with a signed approval: it is gone, or asks anew', PATIENT, async () => {
    const points = await endAtEachPoint({
      only: /^(?:control|apply): |^appendFile .*journal|^rename (?:docs|tasks)/,
      prepare: approvedDrop,
      command: runTasks,
      async check({ app }, { code, stderr }) {
        const gone = (await validIndexes(app)).length === 1;
        const end = { code, gone, uses: await usesOfApprovals(app) };
        // Used up and not a statement sent: nothing is done on the word of an approval that may have done its work.
        const ends = [
          { code: 0, gone: true, uses: 1 },
          { code: 4, gone: false, uses: 1 },
        ];
        expect(ends, `${JSON.stringify(end)} ${stderr}`).toContainEqual(end);
      },
    });
    expect(points).toBeGreaterThanOrEqual(18);
  });

  test('a migration with a signed approval, in one transaction: it is done once', PATIENT, async () => {
    const points = await endAtEachPoint({
      only: /^(?:control|apply): /,
      prepare: approvedMigration,
      command: named('apply', '1_drop_note'),
      async check({ app }, { code, stderr }) {
        expect(code, `it said ${stderr}`).toBe(0);
        expect(await usesOfApprovals(app)).toBe(1);
        const column = await app.query(
          `SELECT 1 FROM pg_attribute WHERE attrelid = 'app.orders'::regclass AND attname = 'note'`,
        );
        expect(column).toEqual([]);
      },
    });
    expect(points).toBeGreaterThanOrEqual(12);
  });

  test('a migration that is taken back: it is gone once', PATIENT, async () => {
    const points = await endAtEachPoint({
      only: /^(?:control|apply): |^appendFile /,
      prepare: appliedMigration,
      command: named('revert', '1_status'),
      async check({ app }, { code, stderr }) {
        expect(code, `it said ${stderr}`).toBe(0);
        expect(await validIndexes(app)).toHaveLength(1);
        const rows = await app.query(
          `SELECT state FROM pitstop.migration WHERE state <> 'failed' ORDER BY id`,
        );
        expect(rows).toEqual([{ state: 'reverted' }, { state: 'applied' }]);
      },
    });
    expect(points).toBeGreaterThanOrEqual(10);
  });
});

describe('killed while the server is at work', () => {
  const BUILD: Point = {
    step: 'apply: CREATE INDEX CONCURRENTLY orders_customer_id_idx ON app.orders (customer_id)#1',
    when: 'sent',
  };
  const DROP: Point = { step: 'apply: DROP INDEX CONCURRENTLY app.orders_note_idx#1', when: 'sent' };

  test.for([
    ['builds an index', slowQuery, BUILD, 2, 0],
    ['drops an index', approvedDrop, DROP, 1, 1],
  ] as const)('that %s: the next run waits for it', async ([, create, point, indexes, uses]) => {
    const subject = await lent(create);
    const blocker = await holdOrders(subject.app);
    await runTasks(subject, killedAt(subject.workspace.path, point));
    await untilWaiting(subject.app);
    let released: Promise<void> | undefined;
    const next = await runTasks(subject, {
      killAfter: (line) => {
        if (line.includes('still works on it')) released ??= blocker.release();
        return undefined;
      },
    });
    await released;
    expect(next.code, `it said ${next.stderr}`).toBe(0);
    expect(await statesOf(subject.app)).toEqual(['applied']);
    expect(await validIndexes(subject.app)).toHaveLength(indexes);
    expect(await usesOfApprovals(subject.app)).toBe(uses);
    await expectAgreement(subject);
  });

  test.for([
    ['builds an index, and that too: it is built anew', slowQuery, BUILD, 2, 0, ['failed', 'applied']],
    ['drops an index, and that too: the rest goes too', approvedDrop, DROP, 1, 1, ['applied']],
  ] as const)('that %s', async ([, create, point, indexes, uses, states]) => {
    const subject = await lent(create);
    const blocker = await holdOrders(subject.app);
    await runTasks(subject, killedAt(subject.workspace.path, point));
    await untilWaiting(subject.app);
    await terminate(subject.app, 'apply');
    await blocker.release();
    const next = await runTasks(subject);
    expect(next.code, `it said ${next.stderr}`).toBe(0);
    expect(await statesOf(subject.app)).toEqual(states);
    expect(await validIndexes(subject.app)).toHaveLength(indexes);
    expect(await usesOfApprovals(subject.app)).toBe(uses);
    await expectAgreement(subject);
  });
});

test('an approved drop that is cancelled half-way is finished by the next run', async () => {
  const subject = await lent(approvedDrop);
  const { app, workspace } = subject;
  const blocker = await holdOrders(app);
  const running = runTasks(subject);
  await untilWaiting(app);
  await app.query(
    `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'pitstop apply'`,
  );
  expect((await running).code).toBe(3);
  expect(await workspace.read(TASK_FILE)).toContain('- [~] 2.1');
  await blocker.release();
  expect((await runTasks(subject)).code).toBe(0);
  expect(await validIndexes(app)).toHaveLength(1);
  expect(await usesOfApprovals(app)).toBe(1);
  expect(await statesOf(app)).toEqual(['applied']);
  await expectAgreement(subject);
});

describe('what a killed run had applied and not recorded', () => {
  const RECORDING: Point = {
    step: 'rename docs/performance/tasks-0001-database-performance/1.1-speed-up-1-1-3c1bd1.json#1',
    when: 'before',
  };

  test('is taken back where the item asks something else by now', async () => {
    const subject = await lent(slowQuery);
    const { app, workspace } = subject;
    await runTasks(subject, killedAt(workspace.path, RECORDING));
    expect(await validIndexes(app)).toHaveLength(2);
    const text = await workspace.read(TASK_FILE);
    await workspace.write(TASK_FILE, text.replace('customer_id = 1234', 'id = 77'));
    const next = await runTasks(subject);
    expect(finished(next).items[0]).toMatchObject({ outcome: 'already-met', marker: 'x', migrations: [] });
    expect(await validIndexes(app)).toHaveLength(1);
    expect(await statesOf(app)).toEqual(['reverted', 'applied']);
    await expectAgreement(subject);
  });

  test('stays, with its files, where the next run works on another database', async () => {
    const subject = await lent(slowQuery);
    const other = await lent(slowQuery);
    const { workspace } = subject;
    await runTasks(subject, killedAt(workspace.path, RECORDING));
    const written = [...(await readTree(workspace.path)).keys()].filter((name) => name.endsWith('.up.sql'));
    const next = await runTasks({ ...other, workspace });
    expect(finished(next).items[0]).toMatchObject({ outcome: 'proven' });
    expect([...(await readTree(workspace.path)).keys()]).toEqual(expect.arrayContaining(written));
    expect(await statesOf(subject.app)).toEqual(['applied']);
    expect(await statesOf(other.app)).toEqual(['applied']);
  });
});
