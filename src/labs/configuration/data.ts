import { bankSchema, type BankSize } from '../../measure/servers/bank.ts';
import type { Workload } from '../../measure/servers/workload.ts';
import { readLocaleOptions } from '../../pg/catalog/database-locale.ts';
import { readSessionSettings } from '../../pg/catalog/session-settings.ts';
import { withSession, type Session, type SessionSettings } from '../../pg/session.ts';
import { inDatabase, parseTarget, type Target } from '../../pg/target.ts';
import { openCluster, type Cluster } from '../embedded/cluster.ts';
import { startOn, type ClusterServer } from '../embedded/server.ts';
import { createDatabase } from '../sandbox/databases.ts';
import { fillSandbox, type Contents, type Filled } from '../sandbox/fill.ts';
import { ownServer } from '../sandbox/own-server.ts';
import type { SandboxDatabase } from '../sandbox/server.ts';
import { rehearse } from './rehearse.ts';
import { sessionSettings } from './side.ts';

/** What a workload runs on. */
export interface WorkloadData {
  /** Of the database, as `CREATE DATABASE` takes them. */
  readonly localeOptions: string;
  /** What decides which tables and days the statements mean; what decides how they are planned is compared. */
  readonly session: SessionSettings;
  /** Returns what differs from the source, for people. */
  load(database: SandboxDatabase, signal: AbortSignal): Promise<readonly string[]>;
}

/** A cluster with the data of a workload, ready to be copied: nothing runs on it. */
export interface FilledCluster {
  readonly cluster: Cluster;
  /** What of it runs on that data. */
  readonly workload: Workload;
  /** The workload's database on a server that runs on the cluster or a copy of it, as the role that owns it. */
  targetOn(server: ClusterServer): Target;
  readonly notes: readonly string[];
}

/** Made-up data, the same on every machine. */
export function bankData(size: BankSize): WorkloadData {
  return {
    localeOptions: `LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'`,
    session: {},
    async load({ target }, signal) {
      await withSession(target, 'workload data', signal, async (session) => {
        for (const statement of bankSchema(size)) await session.query(statement);
        await session.query('VACUUM (ANALYZE)');
      });
      return [];
    },
  };
}

/** What statements read on a source, all rows or a sample of them. The source is only read. */
export async function copiedData(source: Session, contents: Contents): Promise<WorkloadData> {
  const settings = Object.entries(await readSessionSettings(source));
  return {
    localeOptions: await readLocaleOptions(source),
    session: Object.fromEntries(settings.filter(([name]) => MEANING.has(name))),
    load: async (database, signal) => notesOn(await fillSandbox(source, database, contents, signal)),
  };
}

const MEANING = new Set(['search_path', 'TimeZone', 'DateStyle', 'IntervalStyle']);

function notesOn({ sampled, leftOut }: Filled): string[] {
  return sampled
    ? ['only a sample of the rows was copied: it fits into memory where all rows may not', ...leftOut]
    : [...leftOut];
}

export interface FillOptions {
  readonly data: WorkloadData;
  readonly workload: Workload;
  readonly statementTimeoutMs: number;
  readonly signal: AbortSignal;
}

const DATABASE = 'pitstop_workload';

/**
 * Loading is not measured. Rows of a commit that is not in the log yet are not marked as visible to all, so it is waited
 * for; and autovacuum would change the pages of one copy and not of the other.
 */
const LOADING = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'on',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
};

/** Fills a cluster and runs the workload once, so that what cannot run is known. The caller closes the cluster. */
export async function fillCluster({
  data,
  workload: proposed,
  statementTimeoutMs,
  signal,
}: FillOptions): Promise<FilledCluster> {
  const cluster = await openCluster({ signal });
  try {
    const server = await startOn(cluster, { settings: LOADING, signal });
    try {
      const own = await ownServer(server.url, () => server.stop('fast'));
      const otherLocale = await withSession(own.admin, 'sandbox', null, (admin) =>
        createDatabase(admin, own, DATABASE, { type: 'empty', localeOptions: data.localeOptions }),
      );
      const database = {
        name: DATABASE,
        otherLocale,
        target: own.targetOf(DATABASE),
        admin: own.adminOf(DATABASE),
      };
      const loaded = await data.load(database, signal);
      const settings = sessionSettings({ settings: data.session, workload: proposed, statementTimeoutMs });
      const { workload, notes } = await rehearse(database.target, proposed, { settings, signal });
      const { user, config } = database.target;
      const targetOn = ({ url }: ClusterServer): Target => {
        const there = inDatabase(parseTarget(url, {}), DATABASE);
        return { ...there, user, config: { ...there.config, user, password: config.password } };
      };
      return { cluster, workload, targetOn, notes: [...loaded, ...notes] };
    } finally {
      await server.stop('fast');
    }
  } catch (error) {
    await cluster.close();
    throw error;
  }
}
