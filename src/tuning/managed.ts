import { SERVICE_SIGNS } from './hardware/service-signs.ts';
import type { ManagedService } from './profile.ts';
import type { SettingFacts } from './setting.ts';

/** What a service that runs the server lets its users set. */
interface Service {
  /** Where settings are made, in a few words. */
  readonly by: string;
  /** By setting, why it cannot be set, or must not be. */
  readonly bars: Readonly<Record<string, string>>;
  /** Where only some can be set: their names; null where all others can. */
  readonly only: ReadonlySet<string> | null;
}

const OWN_STORAGE = 'Aurora’s storage reads and writes in its own way';

/**
 * By what the services document: of Amazon, Google and Azure what cannot be set, of the others what can.
 */
export const SERVICES: Readonly<Record<ManagedService, Service>> = {
  rds: {
    by: 'a DB parameter group',
    bars: {
      superuser_reserved_connections: 'on Amazon RDS that is rds.rds_superuser_reserved_connections',
      reserved_connections: 'on Amazon RDS that is rds.rds_superuser_reserved_connections',
    },
    only: null,
  },
  aurora: {
    by: 'a DB cluster parameter group',
    bars: {
      shared_buffers: 'Aurora has no page cache of the system behind it, and sizes it itself',
      effective_cache_size: 'Aurora has no page cache of the system behind it, and sizes it itself',
      superuser_reserved_connections: 'on Amazon Aurora that is rds.rds_superuser_reserved_connections',
      reserved_connections: 'on Amazon Aurora that is rds.rds_superuser_reserved_connections',
      max_wal_size: OWN_STORAGE,
      min_wal_size: OWN_STORAGE,
      checkpoint_timeout: OWN_STORAGE,
      checkpoint_completion_target: OWN_STORAGE,
      wal_compression: OWN_STORAGE,
      effective_io_concurrency: OWN_STORAGE,
      maintenance_io_concurrency: OWN_STORAGE,
      io_workers: OWN_STORAGE,
      io_max_combine_limit: OWN_STORAGE,
      io_combine_limit: OWN_STORAGE,
      track_wal_io_timing: OWN_STORAGE,
    },
    only: null,
  },
  'cloud-sql': {
    by: 'database flags',
    bars: {
      superuser_reserved_connections: 'Cloud SQL has no flag for it',
      reserved_connections: 'Cloud SQL has no flag for it',
      shared_preload_libraries: 'Cloud SQL loads libraries by flags of its own',
    },
    only: null,
  },
  azure: {
    by: 'server parameters',
    bars: {
      superuser_reserved_connections: 'Azure keeps 15 connections for itself',
      reserved_connections: 'Azure keeps 15 connections for itself',
    },
    only: null,
  },
  supabase: {
    by: 'supabase postgres-config update, or ALTER DATABASE … SET',
    bars: {},
    only: new Set([
      'checkpoint_timeout',
      'effective_cache_size',
      'log_autovacuum_min_duration',
      'log_checkpoints',
      'log_lock_waits',
      'log_min_duration_statement',
      'log_temp_files',
      'maintenance_work_mem',
      'max_connections',
      'max_locks_per_transaction',
      'max_parallel_maintenance_workers',
      'max_parallel_workers',
      'max_parallel_workers_per_gather',
      'max_wal_size',
      'max_worker_processes',
      'shared_buffers',
      'work_mem',
    ]),
  },
  neon: { by: 'ALTER DATABASE … SET or ALTER ROLE … SET', bars: {}, only: new Set() },
  other: { by: 'ALTER DATABASE … SET or ALTER ROLE … SET', bars: {}, only: new Set() },
};

/** Why a service does not let the setting be changed; null where it does, or where there is no service. */
export function barredBy(service: ManagedService | null, { name, context }: SettingFacts): string | null {
  if (service === null) return null;
  const { bars, only } = SERVICES[service];
  const barred = bars[name];
  if (barred !== undefined) return barred;
  // What a session may set, a role or a database may have everywhere.
  if (only === null || only.has(name) || context === 'user') return null;
  return `nothing says that ${SERVICE_SIGNS[service].title} lets it be set`;
}
