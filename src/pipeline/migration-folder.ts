import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { MigrationFolder, MigrationFormat } from '../migration/formats/format.ts';
import type { RunContext } from './context.ts';

/** What is in a migration folder now, as far as a format has to know it. Empty where there is no folder. */
export async function readMigrationFolder(
  { root }: Pick<RunContext, 'root'>,
  format: MigrationFormat,
  path: string,
): Promise<MigrationFolder> {
  const paths = await pathsBelow(join(root, path));
  const texts = new Map<string, string>();
  for (const file of format.reads?.(paths) ?? [])
    texts.set(file, await readFile(join(root, path, file), 'utf8'));
  return { path, paths, texts };
}

async function pathsBelow(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { recursive: true })).map((path) => path.split(sep).join('/'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
