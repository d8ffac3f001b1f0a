import { performance } from 'node:perf_hooks';
import type { ComparisonRequest, ComparisonSettings } from '../../src/labs/configuration/compare-servers.ts';
import { bankData } from '../../src/labs/configuration/data.ts';
import type { BankSize } from '../../src/measure/servers/bank.ts';
import type { CounterName } from '../../src/measure/servers/counters.ts';
import {
  mixOf,
  statementWorkload,
  type Ingredient,
  type Workload,
} from '../../src/measure/servers/workload.ts';
import type { Probe } from '../../src/measure/probe.ts';
import { seededRandom } from '../../src/measure/statistics.ts';

/** A server that is configured too small for its work, and what sets it right. */
export interface PlantedConfiguration extends ComparisonRequest {
  readonly name: string;
  /** Of `serverFindings`. */
  readonly findings: readonly string[];
  /** Counters that have to be better. */
  readonly better: readonly CounterName[];
  /** Settings that have to be shown by measuring, each with its counter. */
  readonly shown: Readonly<Record<string, CounterName>>;
}

const SIZE: BankSize = { accounts: 60_000, branches: 10, tellers: 50, history: 1_000 };
const SMALL: BankSize = { ...SIZE, accounts: 20_000 };

/** A sort of 20,000 rows: a megabyte or two. */
export const spill: PlantedConfiguration = {
  name: 'a work_mem that is too small',
  data: bankData(SMALL),
  workload: turns(3, '1 statement', [
    {
      sql: 'SELECT id, owner FROM accounts ORDER BY owner, id LIMIT 1 OFFSET $1',
      parameterSets: [[15_000], [19_000]],
    },
  ]),
  before: { work_mem: '64kB', shared_buffers: '128MB' },
  after: {
    work_mem: '64MB',
    shared_buffers: '128MB',
    log_min_duration_statement: '1s',
    wal_compression: 'lz4',
  },
  findings: ['spills'],
  better: ['tempBytes', 'tempFiles'],
  shown: { work_mem: 'tempBytes' },
};

/** Accounts by their keys, from all over a table of 10 MB, in 2 MB of memory. */
export const smallBuffers: PlantedConfiguration = {
  name: 'a shared_buffers that is too small',
  data: bankData(SIZE),
  workload: mixed('keys', 150, [
    {
      kind: 'accounts',
      weight: 1,
      statements: (draw) => [
        {
          sql: 'SELECT sum(balance) FROM accounts WHERE id = ANY ($1)',
          values: [Array.from({ length: 20 }, () => draw(SIZE.accounts))],
        },
      ],
    },
  ]),
  before: { shared_buffers: '2MB' },
  after: { shared_buffers: '64MB', effective_cache_size: '4GB' },
  findings: ['small-shared-buffers'],
  better: ['blocksRead', 'evictions'],
  shown: { shared_buffers: 'blocksRead' },
};

/** Changes all over a table between checkpoints that come one after the other: each change is a whole page in the log. */
export const heavyLog: PlantedConfiguration = {
  name: 'a log that is too small, and not compressed',
  data: bankData(SIZE),
  workload: mixed('changes', 500, [
    {
      kind: 'accounts',
      weight: 1,
      statements: (draw) => [
        {
          sql: 'UPDATE accounts SET balance = balance + 1 WHERE id = ANY ($1)',
          values: [Array.from({ length: 100 }, () => draw(SIZE.accounts))],
        },
      ],
    },
  ]),
  before: { max_wal_size: '32MB', min_wal_size: '32MB', wal_compression: 'off' },
  after: { max_wal_size: '2GB', min_wal_size: '256MB', wal_compression: 'pglz' },
  findings: ['early-checkpoints', 'page-images'],
  better: ['walBytes', 'walImages', 'checkpointsRequested'],
  shown: { wal_compression: 'walBytes', max_wal_size: 'walBytes' },
};

/** So many turns of statements in a round, whatever the budget holds. */
function turns(count: number, name: string, probes: readonly Probe[]): Workload {
  const workload = statementWorkload(name, probes);
  const length = count * workload.shortestRound;
  return { ...workload, shortestRound: length, roundLength: length };
}

function mixed(name: string, length: number, ingredients: readonly Ingredient[]): Workload {
  return {
    name,
    transactions: (seed, client, count) => mixOf(ingredients, { seed, client, count }),
    statements: ingredients.flatMap(({ statements }) => [...statements(() => 1)]),
    roundLength: length,
    shortestRound: length,
    clients: 1,
    writes: true,
    without: () => null,
  };
}

/** So few pairs that times say nothing; counters do. The budget is there for whatever single settings are tried. */
export function quickly(
  signal: AbortSignal,
  tell: (progress: string) => void = () => undefined,
): ComparisonSettings {
  return {
    plan: { budgetMs: 600_000, fewestPairs: 2, mostPairs: 2 },
    room: { memoryBytes: 512 * 1024 ** 2, logBytes: 8 * 1024 ** 3, hugePages: 0 },
    statementTimeoutMs: 60_000,
    clock: () => performance.now(),
    random: seededRandom(1),
    signal,
    tell,
  };
}
