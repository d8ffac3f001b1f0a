import { rm, rmdir } from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import { resolveWritable } from '../files/root.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import { writeFileDurably } from '../files/write.ts';
import type { Config } from '../config.ts';
import type { RunContext } from './context.ts';

/** Writes a file below one of the folders that pitstop may write to, and nowhere else. */
export async function writeRepositoryFile(
  run: Pick<RunContext, 'root' | 'config'>,
  path: string,
  content: string,
): Promise<void> {
  await writeFileDurably(await resolveWritable(run.root, path, writableFolders(run.config)), content);
}

/** Removes a file that this run wrote, and its folder where that is one within ours and has become empty. */
export async function removeRepositoryFile(
  run: Pick<RunContext, 'root' | 'config'>,
  path: string,
): Promise<void> {
  const folders = writableFolders(run.config);
  await rm(await resolveWritable(run.root, path, folders), { force: true });
  const folder = dirname(path);
  if (!isWritable(run.config, folder)) return;
  // Not empty, most often.
  await rmdir(await resolveWritable(run.root, folder, folders)).catch(() => undefined);
}

/** Whether a path, as text, is below a folder that may be written to; links are looked at when it is written. */
export function isWritable(config: Config, path: string): boolean {
  return writableFolders(config).some((folder) => isInFolder(folder, path));
}

/** Both relative to the repository's root, with `/`. */
export function isInFolder(folder: string, path: string): boolean {
  return posix.normalize(path).startsWith(`${posix.normalize(folder).replace(/\/$/, '')}/`);
}

/** Relative to the repository's root. The task file itself is the only other thing that is written. */
export function writableFolders({ migrations, evidence, outputs }: Config): string[] {
  return [migrations, evidence, outputs, STATE_FOLDER];
}
