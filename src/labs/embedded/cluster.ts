import { constants } from 'node:fs';
import { appendFile, chown, cp, lchown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asLastResort } from '../../external/last-resort.ts';
import { chooseAccount, type Account } from './account.ts';
import { prepareBinaries, type Binaries } from './binaries.ts';
import {
  closeFolder,
  closeFolderNow,
  createTemporaryFolder,
  openKeptFolder,
  programsOf,
  type ServerFolder,
} from './folder.ts';
import { initialise } from './initialise.ts';
import { locatePlatformPackage } from './platform-package.ts';

/** Data on disk and the programs for it: what servers of ours run on, one at a time. */
export interface Cluster {
  readonly folder: ServerFolder;
  readonly account: Account | null;
  readonly binaries: Binaries;
  /** The superuser's. */
  readonly password: string;
  readonly dataDirectory: string;
  /** Gives the folder back; no server may run on it any more. */
  close(): Promise<void>;
}

export interface ClusterOptions {
  /** Keeps the data here, and uses it again at the next start. Without it the data goes with the cluster. */
  readonly directory?: string;
  readonly signal?: AbortSignal;
}

/** What the superuser's own file includes; the text of a configuration that is tried. */
const CONFIGURATION = 'pitstop.conf';

export async function openCluster({ directory, signal }: ClusterOptions): Promise<Cluster> {
  signal?.throwIfAborted();
  const platformPackage = locatePlatformPackage();
  const account = chooseAccount();
  const folder = await (directory === undefined
    ? createTemporaryFolder(account)
    : openKeptFolder(directory, account));
  return orClosed(folder, async () => {
    const binaries = await prepareBinaries(platformPackage, account, programsOf(folder));
    const place = { folder: folder.path, account, signal };
    const password = await initialise({ ...place, initdb: binaries.initdb, durable: folder.kept });
    return { account, binaries, password };
  });
}

/** The same data once more, to the byte, in a temporary folder. No server may be running on the original. */
export async function copyCluster(original: Cluster, signal: AbortSignal): Promise<Cluster> {
  const { account, binaries, password } = original;
  const folder = await createTemporaryFolder(account);
  return orClosed(folder, async () => {
    const data = dataOf(folder);
    await mkdir(data, { mode: 0o700 });
    signal.throwIfAborted();
    await cp(original.dataDirectory, data, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    if (account !== null) await giveTo(account, data);
    return { account, binaries, password };
  });
}

/**
 * Puts a configuration where the server reads it after its own: as an administrator would, in a file that
 * `postgresql.conf` includes last. Options of the command line have the last word over it.
 */
export async function writeConfiguration({ account, dataDirectory }: Cluster, text: string): Promise<void> {
  const path = join(dataDirectory, CONFIGURATION);
  const isFirst = !(await readdir(dataDirectory)).includes(CONFIGURATION);
  await writeFile(path, text, { mode: 0o600 });
  if (account !== null) await chown(path, account.uid, account.gid);
  if (isFirst) await appendFile(join(dataDirectory, 'postgresql.conf'), `include = '${CONFIGURATION}'\n`);
}

/** What is made in a folder, as a cluster; the folder goes where that fails, or where the process ends too early. */
async function orClosed(
  folder: ServerFolder,
  make: () => Promise<Pick<Cluster, 'account' | 'binaries' | 'password'>>,
): Promise<Cluster> {
  const withdraw = asLastResort(() => closeFolderNow(folder));
  const close = async () => {
    await closeFolder(folder);
    withdraw();
  };
  try {
    return { ...(await make()), folder, dataDirectory: dataOf(folder), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function dataOf({ path }: ServerFolder): string {
  return join(path, 'data');
}

async function giveTo({ uid, gid }: Account, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of entries) await lchown(join(parentPath, name), uid, gid);
  await chown(folder, uid, gid);
}
