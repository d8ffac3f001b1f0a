import { openCluster, writeConfiguration, type Cluster, type ClusterOptions } from './cluster.ts';
import { startPostmaster } from './postmaster.ts';

/** A PostgreSQL 18 of our own, on the loopback interface, reached as superuser with a random password. */
export interface EmbeddedServer {
  /** The database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  urlOf(database: string): string;
  /** Stops the server and removes its temporary folder; a second call waits for the first. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions extends ClusterOptions {
  /** Server settings by name, as in `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Nothing of a throw-away server has to survive a crash. */
const THROW_AWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Starts a server, which runs until `stop`, the abort of the signal, or the end of this process. */
export async function startEmbeddedServer(options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const { signal } = options;
  const server = await launch(options);
  // Whether stopping worked is told to whoever awaits stop().
  const onAbort = () => void server.stop().catch(() => undefined);
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    ...server,
    stop: () => {
      signal?.removeEventListener('abort', onAbort);
      return server.stop();
    },
  };
}

/**
 * Lends a server to a function and stops it afterwards, however that ends. The signal aborts the start; once the server runs,
 * it is for `use` to heed it, which may still need the server to unwind.
 */
export async function withEmbeddedServer<T>(
  options: EmbeddedOptions,
  use: (server: EmbeddedServer) => Promise<T>,
): Promise<T> {
  const server = await launch(options);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

async function launch({ settings = {}, ...options }: EmbeddedOptions): Promise<EmbeddedServer> {
  const cluster = await openCluster(options);
  const { kept } = cluster.folder;
  try {
    const server = await startOn(cluster, {
      settings: kept ? settings : { ...THROW_AWAY, ...settings },
      signal: options.signal,
    });
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= server.stop(kept ? 'fast' : 'immediate').then(() => cluster.close()));
    return { ...server, stop };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

export interface StartOptions {
  /** For the command line, where they have the last word. */
  readonly settings: Readonly<Record<string, string>>;
  /** Text of a configuration file to start with; without it the one of the start before, where there was one. */
  readonly configuration?: string;
  readonly signal: AbortSignal | undefined;
}

/** A server on a cluster that outlives it. */
export interface ClusterServer extends Omit<EmbeddedServer, 'stop'> {
  /** `fast` leaves the data ready to be copied. A second call waits for the first. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
}

/** @throws NotStarted where the server ends instead of becoming ready, such as for its configuration */
export async function startOn(
  cluster: Cluster,
  { settings, configuration, signal }: StartOptions,
): Promise<ClusterServer> {
  const { account, binaries, folder, dataDirectory, password } = cluster;
  if (configuration !== undefined) await writeConfiguration(cluster, configuration);
  const { postgres } = binaries;
  const postmaster = await startPostmaster({ folder: folder.path, postgres, account, settings, signal });
  const urlOf = (database: string) =>
    `postgres://postgres:${password}@127.0.0.1:${postmaster.port}/${encodeURIComponent(database)}`;
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf('postgres'),
    port: postmaster.port,
    dataDirectory,
    urlOf,
    stop: (mode) => (stopped ??= postmaster.stop(mode)),
  };
}
