import { rm } from 'node:fs/promises';
import { resolveWritable } from '../files/root.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import { writeFileDurably } from '../files/write.ts';
import type { RunContext } from './context.ts';

/** Writes a file below one of the folders that pitstop may write to, and nowhere else. */
export async function writeRepositoryFile(
  run: Pick<RunContext, 'root' | 'config'>,
  path: string,
  content: string,
): Promise<void> {
  await writeFileDurably(await resolveWritable(run.root, path, foldersOf(run)), content);
}

/** Removes a file that this run wrote. */
export async function removeRepositoryFile(
  run: Pick<RunContext, 'root' | 'config'>,
  path: string,
): Promise<void> {
  await rm(await resolveWritable(run.root, path, foldersOf(run)), { force: true });
}

function foldersOf({ config }: Pick<RunContext, 'config'>): string[] {
  return [config.migrations, config.evidence, STATE_FOLDER];
}
