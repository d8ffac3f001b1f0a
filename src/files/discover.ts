import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PitstopError } from '../errors.ts';
import { exists } from './root.ts';
import { systemCode } from './system-error.ts';

/** `tasks-<id>-database-performance.md` first; then the names that the same people also write. */
const NAME = /^tasks-(?<id>.+?)-(?:database-performance|db-performance|database-.+)\.md$/;

/**
 * The task files of a repository, sorted: one for each id. Several for the same id are an error, since running one of
 * two descriptions of the same work would be a guess. Empty where there is none.
 */
export async function discoverTaskFiles(root: string): Promise<string[]> {
  const folder = path.join(root, 'tasks');
  const names = await namesIn(folder);
  const byId = new Map<string, string[]>();
  for (const name of names) {
    const id = NAME.exec(name)?.groups?.['id'];
    if (id === undefined) continue;
    byId.set(id, [...(byId.get(id) ?? []), path.join(folder, name)]);
  }
  for (const [id, files] of byId) {
    if (files.length === 1) continue;
    throw new PitstopError('task-file-ambiguous', `There are ${files.length} task files for ${id}.`, {
      hint: 'Name the one to use on the command line.',
      candidates: files.map((file) => path.relative(root, file)),
    });
  }
  return [...byId.values()].flat();
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/**
 * A path as given on the command line, made absolute. Agents write `/tasks/x.md` and mean the repository's root; so it
 * is read where the file system's root has no such file.
 */
export async function resolveTaskPath(root: string, given: string): Promise<string> {
  if (!path.isAbsolute(given)) return path.resolve(given);
  if (await exists(given)) return given;
  const inRoot = path.join(root, given);
  return given.startsWith('/tasks/') || (await exists(inRoot)) ? inRoot : given;
}
