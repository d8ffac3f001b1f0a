import { describe, expect, test } from 'vitest';
import type { CounterChange } from '../measure/servers/changes.ts';
import type { ServerComparison } from '../tuning/evidence/comparison.ts';
import type { StartReport } from '../tuning/start/report.ts';
import { comparisonLines, measuredSentences, startLines } from './configuration.ts';

const START: StartReport = {
  tried: {},
  refused: [
    {
      name: 'io_method',
      value: 'io_uring',
      kind: 'value',
      message: 'invalid value for parameter "io_method": "io_uring"',
      hint: 'Available values: sync, worker.',
    },
  ],
  adapted: [
    { name: 'shared_buffers', proposed: '64GB', tried: '2432MB', why: 'this machine has 5 GB for it' },
    { name: 'archive_command', proposed: 'true', tried: null, why: 'it would run code' },
  ],
  takes: {},
  warnings: ['"autovacuum_max_workers" (40) should be less'],
};

function change(values: Partial<CounterChange>): CounterChange {
  return {
    counter: 'tempBytes',
    label: 'temporary bytes',
    unit: 'bytes',
    before: 1_421_312,
    after: 0,
    ratio: 0,
    verdict: 'fell',
    better: true,
    ...values,
  };
}

const { verdict: _, ...SPILLED } = change({});
const COMPARISON: ServerComparison = {
  before: START,
  after: START,
  workload: { name: 'the built-in mix', clients: 2, transactionsPerRound: 200, pairs: 5, alikePairs: 5 },
  findings: [
    { id: 'spills', message: '24 sorts went to files', advice: 'Raise it.', settings: [], numbers: {} },
  ],
  verdict: 'better',
  counters: [
    change({}),
    change({
      counter: 'blocksHit',
      label: 'blocks found',
      unit: 'blocks',
      before: 32.805,
      after: 57.66,
      verdict: 'rose',
      better: null,
    }),
    change({
      counter: 'walBytes',
      label: 'bytes of log',
      before: 1,
      after: 1,
      verdict: 'same',
      better: null,
    }),
  ],
  plans: { changed: ['SELECT 1'], of: 9 },
  times: {
    speedup: { ratio: 1, ci95: [1, 1] },
    alike: { ratio: 1, ci95: [1, 1] },
    verdict: 'no-difference',
    message: 'no difference',
  },
  settings: [
    { name: 'work_mem', evidence: 'measured', ...SPILLED, together: ['hash_mem_multiplier'] },
    { name: 'shared_buffers', evidence: 'measured', ...SPILLED, together: [] },
    {
      name: 'random_page_cost',
      evidence: 'measured',
      ...SPILLED,
      counter: 'plans',
      before: 0,
      after: 1,
      together: [],
    },
    { name: 'jit', evidence: 'by-rule', why: 'this workload shows no effect' },
  ],
  notes: ['fsync is off'],
};

test('what a start has shown is told by name', () => {
  expect(startLines(START)).toEqual([
    'not known to the build that it was tried with: io_method = io_uring: invalid value for parameter "io_method": "io_uring" (Available values: sync, worker.)',
    'tried here with shared_buffers = 2432MB instead of 64GB: this machine has 5 GB for it',
    'not tried here: archive_command = true: it would run code',
    'the server warns: "autovacuum_max_workers" (40) should be less',
  ]);
});

describe('what was measured', () => {
  test('is a sentence for each setting that has shown something', () => {
    expect(Object.fromEntries(measuredSentences(COMPARISON))).toEqual({
      work_mem:
        'temporary bytes for each transaction fall from 1.36 MB to 0 kB together with hash_mem_multiplier, with the built-in mix',
      shared_buffers:
        'temporary bytes for each transaction fall from 1.36 MB to 0 kB, tried at 2432MB, with the built-in mix',
      random_page_cost: 'a plan changes, with the built-in mix',
    });
  });

  test('is told with what moved and which way', () => {
    expect(comparisonLines(COMPARISON)).toEqual([
      'measured with the built-in mix: 5 pairs of 200 transactions, 2 sessions: better by what the servers counted',
      'before: 24 sorts went to files. Raise it.',
      '+ temporary bytes for each transaction fall from 1.36 MB to 0 kB',
      '  blocks found for each transaction rise from 32.8 to 57.7',
      '1 of 9 plans change',
      'times: no difference',
      'fsync is off',
    ]);
  });
});
