/** A setting that no rule and no item changes, because of what it could cost. */
export interface UntouchedSetting {
  readonly name: string;
  /** What changing it can cost. */
  readonly why: string;
  /** What to do instead, where there is something. */
  readonly instead: readonly string[];
}

const CRASH = 'a crash may leave a database that cannot be read, or wrong';
const DOOR = 'it decides who gets in, which is not a matter of speed';
const DAMAGE = 'it hides damage instead of saying so';
const WRAPAROUND = 'without it the server stops in the end, to save itself from transaction ids that run out';

/** Settings that trade safety for speed, or that are about safety alone. They are refused whoever asks for them. */
export const UNTOUCHED: readonly UntouchedSetting[] = [
  { name: 'fsync', why: CRASH, instead: ['wal_compression', 'max_wal_size', 'checkpoint_timeout'] },
  { name: 'full_page_writes', why: CRASH, instead: ['wal_compression', 'checkpoint_timeout'] },
  {
    name: 'synchronous_commit',
    why: 'what was committed can be lost in a crash',
    instead: ['SET LOCAL synchronous_commit = off in transactions that may be lost', 'commit_delay'],
  },
  { name: 'wal_sync_method', why: `${CRASH}; pg_test_fsync says what a disk can do`, instead: [] },
  { name: 'data_sync_retry', why: CRASH, instead: [] },
  { name: 'wal_level', why: 'minimal ends backups and replication', instead: ['wal_skip_threshold'] },
  { name: 'wal_log_hints', why: 'pg_rewind may need it', instead: [] },
  { name: 'archive_mode', why: 'it is the backup', instead: ['wal_compression'] },
  { name: 'archive_command', why: 'it is the backup', instead: [] },
  { name: 'archive_library', why: 'it is the backup', instead: [] },
  { name: 'max_wal_senders', why: 'standbys and backups need them', instead: [] },
  { name: 'synchronous_standby_names', why: 'it says which loss is acceptable', instead: [] },
  { name: 'recovery_init_sync_method', why: CRASH, instead: [] },
  { name: 'restart_after_crash', why: 'it decides what is up after a crash', instead: [] },
  { name: 'zero_damaged_pages', why: 'it throws away rows of damaged pages', instead: ['pg_amcheck'] },
  { name: 'ignore_checksum_failure', why: DAMAGE, instead: ['pg_amcheck'] },
  { name: 'ignore_invalid_pages', why: DAMAGE, instead: [] },
  { name: 'ignore_system_indexes', why: DAMAGE, instead: ['REINDEX SYSTEM'] },
  {
    name: 'autovacuum',
    why: WRAPAROUND,
    instead: ['autovacuum_vacuum_cost_limit', 'ALTER TABLE … SET (autovacuum_…)'],
  },
  { name: 'track_counts', why: `autovacuum goes by it; ${WRAPAROUND}`, instead: [] },
  {
    name: 'autovacuum_freeze_max_age',
    why: 'a larger one leaves less time before transaction ids run out',
    instead: ['autovacuum_vacuum_cost_limit', 'vacuum_freeze_min_age'],
  },
  {
    name: 'autovacuum_multixact_freeze_max_age',
    why: 'a larger one leaves less time before multixact ids run out',
    instead: ['autovacuum_vacuum_cost_limit'],
  },
  { name: 'vacuum_failsafe_age', why: 'it is the last brake before transaction ids run out', instead: [] },
  {
    name: 'vacuum_multixact_failsafe_age',
    why: 'it is the last brake before multixact ids run out',
    instead: [],
  },
  {
    name: 'deadlock_timeout',
    why: 'a shorter one makes every wait for a lock look for deadlocks, a longer one leaves them standing',
    instead: ['log_lock_waits', 'lock_timeout of single roles'],
  },
  {
    name: 'statement_timeout',
    why: 'for everybody it also ends backups, builds of indexes and VACUUM',
    instead: ['ALTER ROLE … SET statement_timeout'],
  },
  {
    name: 'transaction_timeout',
    why: 'for everybody it also ends backups, builds of indexes and VACUUM',
    instead: ['ALTER ROLE … SET transaction_timeout'],
  },
  {
    name: 'lock_timeout',
    why: 'for everybody it also ends backups and builds of indexes',
    instead: ['ALTER ROLE … SET lock_timeout'],
  },
  { name: 'listen_addresses', why: DOOR, instead: [] },
  { name: 'port', why: 'programs look for the server there', instead: [] },
  { name: 'password_encryption', why: DOOR, instead: [] },
  { name: 'ssl', why: DOOR, instead: [] },
  { name: 'ssl_min_protocol_version', why: DOOR, instead: [] },
  { name: 'row_security', why: 'it decides who sees which rows', instead: [] },
  { name: 'session_replication_role', why: 'triggers and foreign keys would not run', instead: [] },
  { name: 'event_triggers', why: 'what is to be watched would not be', instead: [] },
  { name: 'allow_system_table_mods', why: 'the catalog could be broken', instead: [] },
  {
    name: 'default_transaction_isolation',
    why: 'it changes what statements return',
    instead: ['BEGIN ISOLATION LEVEL … in single transactions'],
  },
];

const BY_NAME: ReadonlyMap<string, UntouchedSetting> = new Map(UNTOUCHED.map((one) => [one.name, one]));

export function untouched(name: string): UntouchedSetting | null {
  return BY_NAME.get(name) ?? null;
}
