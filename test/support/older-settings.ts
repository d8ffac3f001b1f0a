import { POSTGRESQL_18 } from '../../src/tuning/postgresql-18.ts';
import { majorOf, type TuningServer } from '../../src/tuning/server.ts';
import type { SettingFacts } from '../../src/tuning/setting.ts';

/** By name of a setting that rules are about: the first version that has it. */
const SINCE: Readonly<Record<string, number>> = {
  reserved_connections: 16,
  vacuum_buffer_usage_limit: 16,
  io_combine_limit: 17,
  io_max_combine_limit: 18,
  io_max_concurrency: 18,
  io_method: 18,
  io_workers: 18,
  autovacuum_worker_slots: 18,
  autovacuum_vacuum_max_threshold: 18,
};

type Difference = { readonly until: number } & Partial<SettingFacts>;

/** What is otherwise up to a version, as 14.23 to 17.10 say of themselves. */
const OTHERWISE: Readonly<Record<string, Difference>> = {
  effective_io_concurrency: { until: 17, boot: '1' },
  maintenance_io_concurrency: { until: 17, boot: '10' },
  autovacuum_max_workers: { until: 17, context: 'postmaster' },
  io_combine_limit: { until: 17, max: '32' },
  hash_mem_multiplier: { until: 14, boot: '1' },
  log_checkpoints: { until: 14, boot: 'off' },
  wal_compression: { until: 14, type: 'bool', allowed: null },
};

/** A PostgreSQL 14 to 17 that nobody has configured, as far as rules look at it. */
export function olderSettings(versionNumber: number): TuningServer {
  const major = majorOf({ versionNumber });
  const settings = [...POSTGRESQL_18.settings.values()]
    .filter(({ name }) => (SINCE[name] ?? 0) <= major)
    .map((facts): SettingFacts => {
      const { until = 0, ...difference } = OTHERWISE[facts.name] ?? {};
      const own = until >= major ? { ...facts, ...difference } : facts;
      return { ...own, value: own.boot };
    });
  return {
    ...POSTGRESQL_18,
    versionNumber,
    settings: new Map(settings.map((facts) => [facts.name, facts])),
    offline: false,
  };
}
