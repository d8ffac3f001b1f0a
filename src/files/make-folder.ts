import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './system-error.ts';

/**
 * Makes a folder and those above it that are missing. `mkdir` with `recursive` does the same, but never comes back where a
 * file system has no room for folders and says that something is missing, as /proc does (seen with Node 20).
 * @throws as `mkdir` does, also where a file stands in the way
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' && !(await isFolder(dirname(path)))) {
      await makeFolder(dirname(path));
      return makeFolder(path);
    }
    // Somebody else may have been faster; systems differ in what they say of one that is there and may not be written to.
    if (!(await isFolder(path))) throw error;
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
