import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** Where the runner keeps what is nobody else's: journal and requests. Below the repository's root. */
export const STATE_FOLDER = '.pitstop';

/** Creates the state folder, which git ignores by a file of its own: no repository has to know about it. */
export async function ensureStateFolder(root: string): Promise<void> {
  const folder = join(root, STATE_FOLDER);
  await makeFolder(folder);
  const ignored = join(folder, '.gitignore');
  // One that is empty was being written by a process that was killed.
  const found = await stat(ignored).catch(() => null);
  if (found === null || found.size === 0) await writeFile(ignored, '*\n');
}
