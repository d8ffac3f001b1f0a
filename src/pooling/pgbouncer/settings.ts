import type { BouncerPlan } from './plan.ts';
import { atLeast, type BouncerVersion } from './version.ts';

/** A line of `pgbouncer.ini`. */
export interface BouncerSetting {
  readonly name: string;
  readonly value: string;
  readonly why: string;
  /** A line to uncomment once its value is known. */
  readonly isExample: boolean;
}

interface SettingRule {
  readonly name: string;
  /** The first release that knows it; left out for what 1.18 knows. */
  readonly since?: BouncerVersion;
  /** Null where it is not set. */
  readonly value: (plan: BouncerPlan) => string | number | null;
  readonly why: string;
  /** What stands in a comment where it is not set. */
  readonly example?: string;
}

/** Since when, by PgBouncer's changelog. */
const RELEASE = {
  authDatabase: { minor: 19, patch: 0 },
  peering: { minor: 19, patch: 0 },
  preparedStatements: { minor: 21, patch: 0 },
} as const satisfies Record<string, BouncerVersion>;

const LISTENING: readonly SettingRule[] = [
  { name: 'listen_addr', value: ({ listen }) => listen.address, why: 'where clients connect to' },
  { name: 'listen_port', value: ({ listen }) => listen.port, why: 'the same for every process' },
  {
    name: 'client_tls_sslmode',
    value: ({ listen }) => (listen.certificate === null ? null : 'require'),
    why: 'clients have to use TLS',
  },
  {
    name: 'client_tls_cert_file',
    value: ({ listen }) => listen.certificate?.certFile ?? null,
    why: 'shown to clients',
  },
  { name: 'client_tls_key_file', value: ({ listen }) => listen.certificate?.keyFile ?? null, why: 'its key' },
  {
    name: 'server_tls_sslmode',
    value: ({ server }) => server.tls,
    why: 'not weaker than the connection with which this was written; the default was disable until 1.19',
  },
  {
    name: 'server_tls_ca_file',
    value: ({ server }) => server.caFile,
    why: 'who signs the server’s certificate; it has to be on PgBouncer’s machine: without it PgBouncer starts, and nobody gets through',
  },
];

const AUTHENTICATION: readonly SettingRule[] = [
  { name: 'auth_type', value: () => 'scram-sha-256', why: 'the sample file that is shipped says md5' },
  {
    name: 'auth_file',
    value: ({ folders }) => `${folders.config}/userlist.txt`,
    why: 'holds the password of auth_user alone, and belongs to whoever runs PgBouncer',
  },
  {
    name: 'auth_user',
    value: ({ authRole }) => authRole,
    why: 'looks up everybody else, and may do nothing else',
  },
  {
    name: 'auth_query',
    value: () => 'SELECT name, secret FROM pgbouncer.user_lookup($1)',
    why: 'a function that knows no superusers and no expired passwords (CVE-2025-2291); qualified, whatever search_path is (CVE-2025-12819)',
  },
  {
    name: 'auth_dbname',
    since: RELEASE.authDatabase,
    value: ({ server }) => server.database,
    why: 'the function is needed in this database only',
  },
  {
    name: 'stats_users',
    value: ({ statsRole }) => statsRole,
    example: 'monitoring',
    why: 'may SHOW in the console, and nothing else; the role has to be in auth_file as well',
  },
];

/** Every connection to the server keeps as many, each with its plan. */
const MOST_PREPARED = 1_000;

const POOLS: readonly SettingRule[] = [
  {
    name: 'pool_mode',
    value: () => 'transaction',
    why: 'a connection belongs to a client for one transaction',
  },
  {
    name: 'default_pool_size',
    value: ({ sizes }) => sizes.defaultPoolSize,
    why: 'connections to the server for each role of each database',
  },
  {
    name: 'min_pool_size',
    value: ({ sizes }) => sizes.minPoolSize,
    why: 'kept open while there are clients',
  },
  {
    name: 'reserve_pool_size',
    value: ({ sizes }) => sizes.reservePoolSize,
    why: 'more of them once a client has waited for reserve_pool_timeout, 5 s',
  },
  {
    name: 'max_db_connections',
    value: ({ sizes }) => sizes.maxDbConnections,
    why: 'all roles together, the one that looks up passwords included',
  },
  {
    name: 'max_user_connections',
    value: ({ sizes }) => sizes.maxUserConnections,
    why: 'one role, all databases together',
  },
  {
    name: 'max_client_conn',
    value: ({ sizes }) => sizes.maxClientConn,
    why: 'clients that may be connected',
  },
  {
    name: 'max_prepared_statements',
    since: RELEASE.preparedStatements,
    value: ({ preparedStatements }) => Math.max(200, Math.min(preparedStatements ?? 0, MOST_PREPARED)),
    why: 'prepared statements of drivers work (not SQL’s PREPARE); the default was 0 until 1.24. RECONNECT after DDL, or clients see “cached plan must not change result type”',
  },
  {
    name: 'ignore_startup_parameters',
    value: () => 'extra_float_digits,options',
    why: 'JDBC sends the one, libpq the other; they are not obeyed. Timeouts of drivers are not in this list: better an error than a limit that is silently not there',
  },
];

const TIMEOUTS: readonly SettingRule[] = [
  {
    name: 'query_wait_timeout',
    value: ({ timeouts }) => timeouts.queryWaitSeconds,
    why: 'who gets no connection is told so, before the application’s own patience ends',
  },
  {
    name: 'idle_transaction_timeout',
    value: ({ timeouts }) => timeouts.idleTransactionSeconds,
    why: 'a forgotten transaction gives its connection back',
  },
  {
    name: 'server_login_retry',
    value: () => 3,
    why: 'seconds after which a server that was away is tried again; 15 by default. PAUSE before planned restarts',
  },
  {
    name: 'tcp_keepidle',
    value: () => 30,
    why: 'a server or client that vanished is noticed within a minute',
  },
  { name: 'tcp_keepintvl', value: () => 10, why: 'then a probe every so many seconds' },
  { name: 'tcp_keepcnt', value: () => 3, why: 'so often' },
];

/** What each process says for itself. */
const PROCESS: readonly (Omit<SettingRule, 'value'> & {
  readonly value: (plan: BouncerPlan, number: number) => string | number | null;
})[] = [
  {
    name: 'unix_socket_dir',
    value: (plan, number) => runFolder(plan, number),
    why: 'the system user that runs it is let into the console here: psql -h FOLDER -p PORT -U pgbouncer pgbouncer',
  },
  {
    name: 'pidfile',
    value: (plan, number) => `${runFolder(plan, number)}/pgbouncer.pid`,
    why: 'one process runs on it',
  },
  {
    name: 'logfile',
    value: (plan, number) => `${plan.folders.log}/pgbouncer${several(plan) ? `-${number}` : ''}.log`,
    why: 'kept open: HUP after it was rotated',
  },
  {
    name: 'so_reuseport',
    value: (plan) => (several(plan) ? 1 : null),
    why: 'all processes listen on one port and the kernel deals the clients out',
  },
  {
    name: 'peer_id',
    since: RELEASE.peering,
    value: (plan, number) => (several(plan) ? number : null),
    why: 'a request to cancel that reaches another process is handed on',
  },
];

/** Groups of settings that all processes share, each with what it is about. */
const GROUPS = {
  'Where it listens': LISTENING,
  'Who may come in': AUTHENTICATION,
  'How many connections': POOLS,
  'For how long': TIMEOUTS,
} as const;

/** The settings of all processes, those left out that the release does not know. */
export function sharedSettings(
  plan: BouncerPlan,
): readonly { readonly title: string; readonly settings: readonly BouncerSetting[] }[] {
  return Object.entries(GROUPS).map(([title, rules]) => ({
    title,
    settings: rules.flatMap((rule) => settingOf(rule, rule.value(plan), plan.version)),
  }));
}

/** The settings of one process, counted from 1. */
export function processSettings(plan: BouncerPlan, number: number): readonly BouncerSetting[] {
  return PROCESS.flatMap((rule) => settingOf(rule, rule.value(plan, number), plan.version));
}

/** Where each process is found by the others; null where the release cannot hand on. */
export function peersOf(plan: BouncerPlan): readonly string[] | null {
  if (!several(plan) || !atLeast(plan.version, RELEASE.peering)) return null;
  return Array.from(
    { length: plan.sizes.processes },
    (_, at) => `${at + 1} = host=${runFolder(plan, at + 1)} port=${plan.listen.port}`,
  );
}

/** Whether drivers may keep statements prepared. */
export function followsPreparedStatements({ version }: BouncerPlan): boolean {
  return atLeast(version, RELEASE.preparedStatements);
}

/** A name as PgBouncer reads it: quoted as in SQL where it is not plain. */
export function quoteName(name: string): string {
  return /^\w+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function settingOf(
  { name, since, why, example }: Omit<SettingRule, 'value'>,
  value: string | number | null,
  version: BouncerVersion,
): BouncerSetting[] {
  const written = value ?? example;
  if (written === undefined || (since !== undefined && !atLeast(version, since))) return [];
  return [{ name, value: String(written), why, isExample: value === null }];
}

function runFolder({ folders, sizes }: BouncerPlan, number: number): string {
  return sizes.processes === 1 ? folders.run : `${folders.run}/${number}`;
}

function several({ sizes }: BouncerPlan): boolean {
  return sizes.processes > 1;
}
