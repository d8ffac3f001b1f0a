import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { PitstopError } from '../errors.ts';
import { resolveLinks } from './write.ts';

/** The nearest folder at or above `from` that has `.git`, else the nearest with a `package.json`, else `from`. */
export async function findRepositoryRoot(from: string): Promise<string> {
  const folders = ancestors(path.resolve(from));
  return (
    (await nearestWith(folders, '.git')) ?? (await nearestWith(folders, 'package.json')) ?? path.resolve(from)
  );
}

function ancestors(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

async function nearestWith(folders: readonly string[], name: string): Promise<string | null> {
  for (const folder of folders) if (await exists(path.join(folder, name))) return folder;
  return null;
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/**
 * The absolute path of a file that is to be written, with symlinks resolved. It must be below one of the `allowed`
 * folders (relative to `root`), whatever `..` or symlinks say: neither a link in such a folder nor the folder being a
 * link itself leads out.
 */
export async function resolveWritable(
  root: string,
  relative: string,
  allowed: readonly string[],
): Promise<string> {
  const realRoot = await realpath(root);
  const target = await resolveLinks(path.resolve(realRoot, relative));
  for (const folder of allowed) if (isBelow(path.resolve(realRoot, folder), target)) return target;
  throw new PitstopError('write-outside', `${relative} is outside the folders that pitstop may write to.`, {
    hint: `Files are written below ${allowed.join(', ')}; others can be added in the configuration.`,
    file: target,
  });
}

function isBelow(folder: string, file: string): boolean {
  const way = path.relative(folder, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}
