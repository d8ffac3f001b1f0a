import { printable } from '../report/printable.ts';
import type { PoolSizing } from './sizing.ts';

/** A setting of the module `pool.ts`, as TypeScript writes its value, and why it is so. */
export interface AppPoolSetting {
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

export interface AppPoolOptions {
  /** What the server's views call the application. */
  readonly applicationName: string;
  /** The server's limit for a statement; null leaves what role and database say. */
  readonly statementTimeoutMs: number | null;
  /**
   * The application comes through a pooler: it refuses the server's timeouts as parameters of the connection, and a
   * client that waits there costs next to nothing.
   */
  readonly throughPooler: boolean;
  /** Clients that the pooler lets in for each process; counts only through a pooler. */
  readonly clientsPerProcess: number;
}

/** As long as a person waits; the pool says no before the proxy in front of the application does (60 s, often 30 s). */
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
const LIFETIME_SECONDS = 1_800;
const KEEP_ALIVE_DELAY_MS = 10_000;
const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 60_000;

/** What the module of an application is set to. */
export function appPoolSettings(sizing: PoolSizing, options: AppPoolOptions): readonly AppPoolSetting[] {
  const { share, poolSize, basis } = sizing;
  const { throughPooler } = options;
  const left = 'left to the pooler and the role: a pooler refuses it as a parameter of the connection';
  const milliseconds = (value: number | null) => (value === null ? 'null' : grouped(value));
  const timeout = (name: string, value: number | null, why: string): AppPoolSetting =>
    throughPooler ? { name, value: 'null', why: left } : { name, value: milliseconds(value), why };
  return [
    throughPooler
      ? {
          name: 'max',
          value: grouped(options.clientsPerProcess),
          why: 'clients of the pooler, which has few connections to the server for all of them',
        }
      : {
          name: 'max',
          value: grouped(share.perPart),
          why: `${poolSize} connections ${basis === 'measured' ? 'by the measured load' : 'by rule'}, divided among ${share.parts} ${share.parts === 1 ? 'process' : 'processes'}`,
        },
    {
      name: 'applicationName',
      value: quoted(options.applicationName),
      why: 'in pg_stat_activity and in the server’s log',
    },
    {
      name: 'connectTimeoutMs',
      value: grouped(CONNECT_TIMEOUT_MS),
      why: 'then the caller is told, rather than kept waiting',
    },
    { name: 'idleTimeoutMs', value: grouped(IDLE_TIMEOUT_MS), why: 'gives back what a peak has opened' },
    {
      name: 'maxLifetimeSeconds',
      value: grouped(LIFETIME_SECONDS),
      why: 'finds the new address after a failover, and gives back the memory of old sessions',
    },
    {
      name: 'keepAliveDelayMs',
      value: grouped(KEEP_ALIVE_DELAY_MS),
      why: 'first probe of a silent peer; Node gives it up after ten of them, a second apart',
    },
    timeout(
      'statementTimeoutMs',
      options.statementTimeoutMs,
      options.statementTimeoutMs === null
        ? 'as role and database say'
        : 'no statement of this application takes longer on purpose',
    ),
    timeout(
      'lockTimeoutMs',
      LOCK_TIMEOUT_MS,
      'who waits longer for a lock stands in a queue that others join',
    ),
    timeout(
      'idleInTransactionTimeoutMs',
      IDLE_IN_TRANSACTION_MS,
      'a forgotten transaction holds locks and keeps VACUUM from its work',
    ),
    {
      name: 'retry',
      value: '{ attempts: 4, firstDelayMs: 100, longestDelayMs: 2_000 }',
      why: 'of what surely left nothing behind; the pauses are random up to a limit that doubles',
    },
  ];
}

/** The texts that the module for an application is made of. */
export interface PoolSource {
  /** The module that pitstop runs itself. */
  readonly module: string;
  /** What opens a pool for a process. */
  readonly ending: string;
}

/** The module for an application: the one that pitstop runs itself, with other settings, and a pool at its end. */
export function poolModule({ module, ending }: PoolSource, settings: readonly AppPoolSetting[]): string {
  const begin = module.indexOf(SETTINGS_BEGIN);
  const end = module.indexOf(SETTINGS_END, begin);
  if (begin === -1 || end === -1) throw new Error('the module has no settings that could be replaced');
  const lines = settings.map(({ name, value, why }) => `  // ${printable(why)}.\n  ${name}: ${value},\n`);
  return [module.slice(0, begin + SETTINGS_BEGIN.length), ...lines, module.slice(end + 1), ending].join('');
}

const SETTINGS_BEGIN = 'export const SETTINGS: PoolSettings = {\n';
const SETTINGS_END = '\n};\n';

/** `10_000`, as TypeScript groups digits. */
function grouped(value: number): string {
  return value.toLocaleString('en-US').replaceAll(',', '_');
}

/** A string of TypeScript; JSON's line separators would end its line in older readers. */
function quoted(text: string): string {
  return JSON.stringify(printable(text));
}
