import { rm } from 'node:fs/promises';
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

/** Removes a file that this run wrote. */
export async function removeRepositoryFile(
  run: Pick<RunContext, 'root' | 'config'>,
  path: string,
): Promise<void> {
  await rm(await resolveWritable(run.root, path, writableFolders(run.config)), { force: true });
}

/** Relative to the repository's root. The task file itself is the only other thing that is written. */
export function writableFolders({ migrations, evidence }: Config): string[] {
  return [migrations, evidence, STATE_FOLDER];
}
