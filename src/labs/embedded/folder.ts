import { rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mayEnter, type Account } from './account.ts';
import { identifyProcess } from '../../files/process-identity.ts';
import { removeFolder, removeFolderNow } from './remove-folder.ts';
import { readOwner, removeStaleFolders, stopOrphan, OWNER_FILE, PREFIX } from './stale.ts';
import { unavailable } from './unavailable.ts';

/** Where one server lives: `data`, `password`, `server.log`, and `owner.json` while a process of ours uses it. */
export interface ServerFolder {
  readonly path: string;
  /** Whether it outlives the server. */
  readonly kept: boolean;
}

/** Makes a folder that only this process and the account can enter, after clearing away those of processes that were killed. */
export async function createTemporaryFolder(account: Account | null): Promise<ServerFolder> {
  const base = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => mayEnter(account, folder));
  if (base === undefined) throw unavailable(`${account?.name ?? 'this user'} cannot enter ${tmpdir()}`);
  await removeStaleFolders(base);
  const path = await mkdtemp(join(base, PREFIX));
  await claim(path);
  await openFor(account, path);
  return { path, kept: false };
}

/** Takes a folder of the user's: a new or empty one, or one that held a server of ours before. */
export async function openKeptFolder(directory: string, account: Account | null): Promise<ServerFolder> {
  const path = resolve(directory);
  const created = await mkdir(path, { recursive: true, mode: 0o700 });
  if (created !== undefined) await openFor(account, path);
  const entries = await readdir(path);
  if (entries.length > 0 && !entries.includes('data') && !entries.includes(OWNER_FILE)) {
    throw unavailable(`${path} holds something else`, { hint: 'Name a new or empty folder.' });
  }
  if (!mayEnter(account, path)) {
    throw unavailable(`the user ${account?.name ?? ''}, who runs the server, cannot enter ${path}`, {
      hint: 'Name a folder that this user can enter, such as one below /var/tmp.',
    });
  }
  const { owner, presence } = await readOwner(path);
  if (owner !== null && presence !== 'gone') {
    throw unavailable(`process ${owner.pid} uses ${path}`, {
      hint: 'Wait for it to end, or name another folder.',
    });
  }
  await stopOrphan(path);
  await claim(path);
  return { path, kept: true };
}

/** Gives the folder back: a temporary one goes, of a kept one only what belongs to the running server. */
export async function closeFolder(folder: ServerFolder): Promise<void> {
  if (!folder.kept) return removeFolder(folder.path);
  for (const path of ofTheServer(folder)) await rm(path, { recursive: true, force: true });
}

/** The same where nothing asynchronous can happen any more. */
export function closeFolderNow(folder: ServerFolder): void {
  if (!folder.kept) return removeFolderNow(folder.path);
  for (const path of ofTheServer(folder)) rmSync(path, { recursive: true, force: true });
}

/** Where programs are copied to that cannot run where they are. */
export function programsOf({ path }: ServerFolder): string {
  return join(path, 'postgresql');
}

function ofTheServer(folder: ServerFolder): string[] {
  return [programsOf(folder), join(folder.path, OWNER_FILE)];
}

async function claim(path: string): Promise<void> {
  await writeFile(join(path, OWNER_FILE), JSON.stringify(identifyProcess(process.pid)), { mode: 0o600 });
}

/** Another user has to pass through, but need not see what is there. */
async function openFor(account: Account | null, path: string): Promise<void> {
  if (account !== null) await chmod(path, 0o711);
}
