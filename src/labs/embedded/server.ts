import { join } from 'node:path';
import { chooseAccount } from './account.ts';
import { prepareBinaries } from './binaries.ts';
import { closeFolder, closeFolderNow, createTemporaryFolder, openKeptFolder, programsOf } from './folder.ts';
import { initialise } from './initialise.ts';
import { asLastResort } from '../../external/last-resort.ts';
import { locatePlatformPackage } from './platform-package.ts';
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

export interface EmbeddedOptions {
  /** Keeps the data here, and uses it again at the next start. Without it the data goes with the server. */
  readonly directory?: string;
  /** Server settings by name, as in `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
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

async function launch({ directory, settings = {}, signal }: EmbeddedOptions): Promise<EmbeddedServer> {
  signal?.throwIfAborted();
  const platformPackage = locatePlatformPackage();
  const account = chooseAccount();
  const folder = await (directory === undefined
    ? createTemporaryFolder(account)
    : openKeptFolder(directory, account));
  const withdraw = asLastResort(() => closeFolderNow(folder));
  const close = async () => {
    await closeFolder(folder);
    withdraw();
  };
  try {
    const binaries = await prepareBinaries(platformPackage, account, programsOf(folder));
    const place = { folder: folder.path, account, signal };
    const password = await initialise({ ...place, initdb: binaries.initdb, durable: folder.kept });
    const postmaster = await startPostmaster({
      ...place,
      postgres: binaries.postgres,
      settings: folder.kept ? settings : { ...THROW_AWAY, ...settings },
    });
    const urlOf = (database: string) =>
      `postgres://postgres:${password}@127.0.0.1:${postmaster.port}/${encodeURIComponent(database)}`;
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= postmaster.stop(folder.kept ? 'fast' : 'immediate').then(close));
    return {
      url: urlOf('postgres'),
      port: postmaster.port,
      dataDirectory: join(folder.path, 'data'),
      urlOf,
      stop,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
