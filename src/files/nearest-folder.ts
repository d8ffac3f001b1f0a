import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './system-error.ts';

export interface NearestFolder {
  readonly path: string;
  /** False where a file stands in the way. */
  readonly isFolder: boolean;
  readonly isWritable: boolean;
}

/** What is there of a folder that is to be made: itself, or the nearest above it. */
export async function nearestFolder(path: string): Promise<NearestFolder> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    return { path, isFolder, isWritable: await isWritable(path) };
  } catch (error) {
    const code = systemCode(error);
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(path) === path) throw error;
    return nearestFolder(dirname(path));
  }
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
