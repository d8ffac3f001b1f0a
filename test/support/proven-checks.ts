import { basename } from 'node:path';
import { afterAll, type RunnerTask, type RunnerTestSuite } from 'vitest';
import type { CheckReport } from '../../src/monitoring/report.ts';

/**
 * The test file, below `test/monitoring`, that makes a check fire and sees it stay silent, both on a real server. Each check
 * has one (`contract.test.ts`), and each of these files fails at its end where it did not do so (whoever imports this is looked after).
 */
export const PROVEN_IN: Readonly<Record<string, readonly string[]>> = {
  'capacity.test.ts': [
    'connections-days-left',
    'database-growth',
    'disk-days-left',
    'disk-used',
    'integer-column-days-left',
    'materialized-views',
    'multixact-id-days-left',
    'slot-time-left',
    'transaction-id-days-left',
  ],
  'connections.test.ts': ['connection-churn', 'connection-limits', 'idle-in-transaction', 'sessions-lost'],
  'indexes.test.ts': ['duplicate-indexes', 'foreign-keys-without-index', 'invalid-indexes', 'unused-indexes'],
  'jit.long.test.ts': ['jit-share'],
  'locks.test.ts': [
    'blocked-sessions',
    'lock-slow-path',
    'lock-table-used',
    'lock-wait',
    'prepared-transactions',
    'subtransaction-overflow',
  ],
  'overdue.test.ts': ['analyze-overdue', 'vacuum-overdue'],
  'queries.test.ts': [
    'longest-query',
    'longest-transaction',
    'parallel-starvation',
    'rollback-ratio',
    'session-io',
    'session-wal',
    'slow-statements',
    'statement-share',
    'statements-evicted',
    'temp-file-bytes',
  ],
  'samples.test.ts': ['connections-used', 'deadlocks', 'sequence-days-left'],
  'settings.test.ts': [
    'data-checksums-off',
    'pending-restart',
    'settings-changed',
    'settings-file-errors',
    'settings-without-effect',
    'statistics-off',
  ],
  'slots.test.ts': [
    'slot-inactive',
    'slot-lost',
    'slot-retained',
    'slots-without-limit',
    'standby-lag',
    'standby-silent',
    'subscription-down',
    'subscription-errors',
  ],
  'standby.long.test.ts': ['recovery-conflicts', 'replay-lag', 'replay-paused', 'wal-receiver-silent'],
  'tables.test.ts': [
    'sequential-scans',
    'table-cache-hits',
    'tables-without-primary-key',
    'updates-not-hot',
    'updates-to-new-pages',
  ],
  'vacuum.test.ts': [
    'autovacuum-off',
    'autovacuum-workers-busy',
    'dead-rows',
    'freeze-overdue',
    'multixact-id-age',
    'partitioned-not-analyzed',
    'server-uptime',
    'statistics-age',
    'transaction-id-age',
    'vacuum-running',
    'xmin-horizon',
  ],
  'wal-and-io.test.ts': [
    'aio-handles',
    'aio-workers',
    'archiver-backlog',
    'archiver-failing',
    'background-writer-limit',
    'buffer-turnover',
    'checkpoint-sync-time',
    'checkpoints-requested',
    'checksum-failures',
    'client-fsyncs',
    'client-writes',
    'read-latency',
    'read-wait',
    'temp-table-io',
    'wal-buffers-full',
    'wal-directory-size',
    'wal-full-page-images',
    'wal-rate',
  ],
};

/** The checks that have fired, and those that were silent, in the file that runs. */
const fired = new Set<string>();
const silent = new Set<string>();

/** Notes what a check said of a real server. Not knowing is neither: `unknown` is not silence. */
export function noteLook({ name, state, observations, level }: CheckReport): void {
  if (observations.some((one) => one.level === 'warning' || one.level === 'critical')) fired.add(name);
  if (state === 'read' && level === 'ok') silent.add(name);
}

// oxlint-disable-next-line no-empty-pattern -- vitest wants to see which fixtures are used
afterAll(({}, suite) => {
  // Some tests of a file prove nothing: of those that were picked with -t, or when one has failed already.
  if (!testsOf(suite).every(({ mode, result }) => mode === 'run' && result?.state === 'pass')) return;
  const proven = PROVEN_IN[basename(suite.file.filepath)] ?? [];
  const missing = [
    ...proven.filter((name) => !fired.has(name)).map((name) => `${name} never fired`),
    ...proven.filter((name) => !silent.has(name)).map((name) => `${name} was never silent`),
  ];
  if (missing.length > 0) throw new Error(missing.join('; '));
});

function testsOf({ tasks }: Pick<RunnerTestSuite, 'tasks'>): RunnerTask[] {
  return tasks.flatMap((task) => (task.type === 'suite' ? testsOf(task) : [task]));
}
