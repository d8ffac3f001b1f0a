import { join } from 'node:path';
import { PitstopError } from '../../errors.ts';
import { nearestFolder } from '../../files/nearest-folder.ts';
import { resolveWritable } from '../../files/root.ts';
import { missing, ok, type Check, type Finding } from '../check.ts';

export const folders: Check = {
  id: 'folders',
  needs: 'place',
  look: async ({ root, writableFolders }) => {
    const findings = await Promise.all(
      writableFolders.map((folder) => lookAt(root, folder, writableFolders)),
    );
    const problems = findings.flatMap((finding) => (finding === null ? [] : [finding]));
    if (problems.length > 0) return problems;
    return ok(`files are written below ${writableFolders.join(', ')} only; all of them can be written`);
  },
};

/** Null where nothing is wrong. */
async function lookAt(root: string, folder: string, allowed: readonly string[]): Promise<Finding | null> {
  try {
    const { path, isFolder, isWritable } = await nearestFolder(join(root, folder));
    if (isFolder) await resolveWritable(root, `${folder}/probe`, allowed);
    if (isFolder && isWritable) return null;
    return missing(
      `${folder} cannot be written: ${path} is ${isFolder ? 'read-only' : 'no folder'}`,
      'Make it a folder that the user who runs pitstop may write to.',
    );
  } catch (error) {
    if (!(error instanceof PitstopError)) throw error;
    return missing(error.message, error.hint ?? 'Name another folder in the configuration.');
  }
}
