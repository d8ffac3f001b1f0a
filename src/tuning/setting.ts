/** A setting as `pg_settings` of the server, or of a fresh PostgreSQL 18, describes it. */
export interface SettingFacts {
  readonly name: string;
  readonly type: 'bool' | 'enum' | 'integer' | 'real' | 'string';
  /** The unit of `value`, `boot`, `min` and `max`: `8kB`, `kB`, `MB`, `B`, `ms`, `s`, `min`; null for none. */
  readonly unit: string | null;
  readonly context: SettingContext;
  /** In `unit`, as `pg_settings.setting` has it. */
  readonly value: string;
  /** What the version has where nobody says anything. */
  readonly boot: string;
  readonly min: string | null;
  readonly max: string | null;
  readonly allowed: readonly string[] | null;
  /** Where the value comes from: `default`, `configuration file`, `command line`, … */
  readonly source: string;
  readonly pendingRestart: boolean;
}

export type SettingContext =
  | 'internal'
  | 'postmaster'
  | 'sighup'
  | 'superuser-backend'
  | 'backend'
  | 'superuser'
  | 'user';

/** A value that a rule gives a setting, and why. */
export interface SettingAdvice {
  readonly name: string;
  /** As `postgresql.conf` takes it, without quotes: `4GB`, `1.1`, `on`. */
  readonly value: string;
  readonly group: SettingGroup;
  /** The formula in words with its numbers: `a quarter of 16 GB`. */
  readonly why: string;
  /** Where the formula or the bound comes from. */
  readonly source: string;
  /** What it takes for the value to count. */
  readonly takes: 'restart' | 'reload' | 'session';
  /** As the server has it now, in the form of `value`; null where no server was asked. */
  readonly old: string | null;
}

export const SETTING_GROUPS = [
  'memory',
  'connections',
  'wal',
  'planner',
  'io',
  'parallelism',
  'autovacuum',
  'logging',
  'jit',
] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];
