import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { signalPostmaster } from './postmaster-file.ts';
import { presence, type ProcessIdentity } from '../../files/process-identity.ts';
import { removeFolder } from './remove-folder.ts';

/** Start of every temporary folder's name. */
export const PREFIX = 'pitstop-server-';
export const OWNER_FILE = 'owner.json';

/**
 * Clears away what killed processes of this user left in a folder for temporary files: their servers and their data.
 * Folders of other users, of living processes and of unknown ones (another container's) stay.
 */
export async function removeStaleFolders(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(base, name);
    // Two runs may clear away at once, and the other one's success must not be our failure.
    await removeStaleFolder(path).catch(() => undefined);
  }
}

/** Who uses a server's folder, and whether that process still lives. Without owner it is nobody's. */
export async function readOwner(
  path: string,
): Promise<{ owner: ProcessIdentity | null; presence: ReturnType<typeof presence> }> {
  try {
    const owner: ProcessIdentity = JSON.parse(await readFile(join(path, OWNER_FILE), 'utf8'));
    return { owner, presence: presence(owner) };
  } catch {
    return { owner: null, presence: 'unknown' };
  }
}

/** Stops the server that runs on a folder whose owner is gone. */
export async function stopOrphan(path: string): Promise<void> {
  await signalPostmaster(join(path, 'data'));
}

async function removeStaleFolder(path: string): Promise<void> {
  // In a folder that everybody may write to, anybody may plant such a name; only our own are ours to remove.
  const entry = await lstat(path);
  if (!entry.isDirectory() || entry.uid !== process.getuid?.()) return;
  if ((await readOwner(path)).presence !== 'gone') return;
  await stopOrphan(path);
  await removeFolder(path);
}
