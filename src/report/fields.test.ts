import { describe, expect, test } from 'vitest';
import type { Inline } from '../task/edit.ts';
import { outputFields, type Recorded } from './fields.ts';

const PROVEN: Recorded = {
  outcome: 'proven',
  reason: { code: 'gain', message: 'faster on the target' },
  before: { medianMs: 2400, ci95Ms: [2310, 2480], runs: 12, sharedBlocks: 41_210, where: 'target' },
  after: { medianMs: 45, ci95Ms: [44, 47], runs: 12, sharedBlocks: 88, where: 'target' },
  speedup: { ratio: 53.3, ci95: [48, 58] },
  lowerBound: false,
  rows: 'same',
  rowCounts: [1_204],
  rewrite: null,
  notes: [],
  changes: 'index on app.orders (customer_id)',
  sizeBytes: 22_020_096,
  tests: null,
  remains: null,
  hasMigrations: true,
  upPaths: ['migrations/20261122101500_orders_customer_id_idx.up.sql'],
  downPaths: ['migrations/20261122101500_orders_customer_id_idx.down.sql'],
  request: null,
  approval: null,
  evidence: 'docs/performance/0001-1.1.json',
};

const NAMES = [
  'Status',
  'File',
  'Before',
  'After',
  'Changes',
  'Tests',
  'Impact',
  'Evidence',
  'Rollback',
  'Approval',
  'Blocked',
];

function valuesOf(recorded: Partial<Recorded>): Record<string, string | null> {
  return Object.fromEntries(
    outputFields({ ...PROVEN, ...recorded }).map(({ name, value }) => [name, textOf(value)]),
  );
}

function textOf(value: readonly Inline[] | null): string | null {
  return (
    value?.map((piece) => (typeof piece === 'string' ? piece : `\`${Object.values(piece)[0]}\``)).join('') ??
    null
  );
}

test('what is left for a person stands in the status: files alone have reached nothing yet', () => {
  const remains = 'the server is to be given it, with a reload';
  const applied = { outcome: 'applied', remains } as const;
  expect(valuesOf(applied)['Status']).toBe(`✅ Applied; ${remains}`);
  expect(valuesOf({ ...applied, hasMigrations: false })['Status']).toBe(`✅ Written; ${remains}`);
});

test('always the same names in the same order: what does not apply is removed', () => {
  const nothing = {
    outcome: 'no-gain',
    before: null,
    after: null,
    speedup: null,
    changes: null,
    upPaths: [],
    downPaths: [],
  };
  expect(outputFields(PROVEN).map(({ name }) => name)).toEqual(NAMES);
  expect(outputFields({ ...PROVEN, ...nothing }).map(({ name }) => name)).toEqual(NAMES);
  expect(valuesOf(nothing)).toEqual({
    Status: '⚠️ Blocked',
    File: null,
    Before: null,
    After: null,
    Changes: null,
    Tests: null,
    Impact: null,
    Evidence: '`docs/performance/0001-1.1.json`',
    Rollback: null,
    Approval: null,
    Blocked: 'faster on the target (`gain`)',
  });
});

test('a proven item', () => {
  expect(valuesOf({})).toEqual({
    Status: '✅ Completed',
    File: '`migrations/20261122101500_orders_customer_id_idx.up.sql`',
    Before: '2,400 ms median (2,310–2,480, 12 runs; 41,210 blocks)',
    After: '45 ms median (44–47, 12 runs; 88 blocks; 98 % less time)',
    Changes: 'index on app.orders (customer_id); 21 MB',
    Tests: null,
    Impact: '53.3× as fast (48–58); same 1,204 rows',
    Evidence: '`docs/performance/0001-1.1.json`',
    Rollback: '`migrations/20261122101500_orders_customer_id_idx.down.sql`',
    Approval: null,
    Blocked: null,
  });
});

describe('status', () => {
  test('names the lab where nothing was measured on the target', () => {
    const { after } = PROVEN;
    if (after === null) throw new Error('there are no numbers');
    const values = valuesOf({ outcome: 'applied', after: { ...after, where: 'embedded' } });
    expect(values['Status']).toBe('✅ Applied, measured in the embedded lab');
  });

  test.each([
    ['proven', '✅ Completed'],
    ['applied', '✅ Applied'],
    ['already-met', '✅ Already met'],
    ['awaiting-approval', '⚠️ Awaiting approval'],
    ['handed-over', '⚠️ Handed over'],
    ['no-gain', '⚠️ Blocked'],
    ['no-lab', '⚠️ Blocked'],
    ['needs-information', '⚠️ Blocked'],
    ['refused', '⚠️ Blocked'],
    ['failed', '⚠️ Blocked'],
  ])('%s', (outcome, status) => {
    const values = valuesOf({ outcome });
    expect(values['Status']).toBe(status);
    expect(values['Blocked'] === null).toBe(status.startsWith('✅'));
  });

  test('what waits for a person says so, and is not blocked besides', () => {
    const reason = { code: 'approval-needed', message: 'the gate holds it' };
    expect(valuesOf({ outcome: 'awaiting-approval', request: 'abc', reason })).toMatchObject({
      Approval: 'request `abc` waits for a person',
      Blocked: null,
      Impact: null,
    });
  });

  test('an approval that does not count is named with what is wrong with it', () => {
    const reason = { code: 'approval-expired', message: 'it expired' };
    expect(valuesOf({ outcome: 'awaiting-approval', request: 'abc', reason })).toMatchObject({
      Approval: 'request `abc` waits for a person: it expired (`approval-expired`)',
      Blocked: null,
    });
  });

  test.each([
    ['ssh', 'SSH signature'],
    ['terminal', 'typed at a terminal'],
  ] as const)('what was applied says who let it through, and how: %s', (method, how) => {
    const approval = { approver: 'alice', issued: '2026-11-22T10:15:00.123Z', method, request: 'abc' };
    expect(valuesOf({ outcome: 'applied', approval })['Approval']).toBe(
      `request \`abc\`, approved by alice (${how}, 2026-11-22T10:15:00Z)`,
    );
    expect(valuesOf({ outcome: 'failed', approval })['Approval']).toBeNull();
  });

  test('a no is a reason, and nobody is waited for', () => {
    const reason = { code: 'approval-rejected', message: 'bob rejected it' };
    expect(valuesOf({ outcome: 'refused', request: 'abc', reason })).toMatchObject({
      Approval: null,
      Blocked: 'bob rejected it (`approval-rejected`)',
    });
  });
});

describe('numbers', () => {
  test('of several migrations and parameter sets', () => {
    expect(
      valuesOf({ upPaths: ['a.up.sql', 'b.up.sql'], rowCounts: [1_000, 204], sizeBytes: 0 }),
    ).toMatchObject({
      File: '`a.up.sql`, `b.up.sql`',
      Changes: 'index on app.orders (customer_id)',
      Impact: '53.3× as fast (48–58); same 1,204 rows on 2 parameter sets',
    });
  });

  test('a lower bound claims no more than that', () => {
    const values = valuesOf({ lowerBound: true, rows: 'incomparable', rowCounts: [1] });
    expect(values['Before']).toBe('more than 2,400 ms (stopped there)');
    expect(values['After']).toBe('45 ms median (44–47, 12 runs; 88 blocks; 98 % less time)');
    expect(values['Impact']).toBe(
      'at least 53.3× as fast (48–58); 1 row, which the statement does not fix, so they were not compared',
    );
  });

  test('a missed target is said beside the gain', () => {
    const reason = { code: 'target-missed', message: 'proven; the target of 5 ms is missed; 45 ms remain' };
    expect(valuesOf({ reason })['Impact']).toBe(
      '53.3× as fast (48–58); same 1,204 rows; the target of 5 ms is missed; 45 ms remain',
    );
  });

  test('without a comparison the reason is the impact', () => {
    expect(valuesOf({ outcome: 'applied', speedup: null })['Impact']).toBe('faster on the target');
    expect(valuesOf({ outcome: 'already-met', speedup: null, after: null })['Impact']).toBe(
      'faster on the target',
    );
  });
});
