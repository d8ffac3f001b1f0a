import {
  access,
  constants,
  type FileHandle,
  open,
  readlink,
  realpath,
  rename,
  stat,
  unlink,
} from 'node:fs/promises';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { makeFolder } from './make-folder.ts';
import { PitstopError } from '../errors.ts';
import { draftOf, removeAbandonedDrafts } from './draft.ts';
import { systemCode } from './system-error.ts';

/**
 * Writes a file so that whoever reads it, after a kill or a power failure too, finds the old content or the new one,
 * whole. Makes missing folders. Keeps mode and owner of a file that exists; a symlink stays and its target is written.
 */
export async function writeFileDurably(file: string, content: string): Promise<void> {
  const target = await resolveLinks(file);
  await makeFolder(path.dirname(target));
  await replaceFile(target, Buffer.from(content, 'utf8'), async () => true);
}

/**
 * Replaces a file (`target` being no symlink) by a synced copy in the same folder and a rename. `isCurrent` is asked
 * right before the rename; where it says no, nothing happens and the result is false. Files that have a second name, or
 * whose folder or mount point does not allow a rename, are overwritten in place.
 */
export async function replaceFile(
  target: string,
  content: Buffer,
  isCurrent: () => Promise<boolean>,
): Promise<boolean> {
  const old = await statOrNull(target);
  if (old !== null) await requireWritable(target, old);
  if (old !== null && old.nlink > 1) return overwriteIfCurrent(target, content, isCurrent);

  const temporary = draftOf(target);
  try {
    await writeNew(temporary, content, old);
    if (!(await isCurrent())) {
      await unlink(temporary);
      return false;
    }
    await rename(temporary, target);
    await syncFolder(path.dirname(target));
    await removeAbandonedDrafts(path.dirname(target));
    return true;
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    if (old !== null && NO_RENAME.has(systemCode(error) ?? ''))
      return overwriteIfCurrent(target, content, isCurrent);
    throw writeError(error, target);
  }
}

/** A rename would replace a file that its owner has made read-only, and root may write everything: so modes are asked. */
async function requireWritable(file: string, found: Stats): Promise<void> {
  if ((found.mode & 0o222) === 0) throw notWritable(file);
  await access(file, constants.W_OK).catch((error: unknown) => {
    throw writeError(error, file);
  });
}

/** The folder is not ours to write in, or the file is a mount point (one file bound into a container). */
const NO_RENAME: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EXDEV', 'EBUSY']);

async function overwriteIfCurrent(
  target: string,
  content: Buffer,
  isCurrent: () => Promise<boolean>,
): Promise<boolean> {
  try {
    const file = await open(target, 'r+');
    try {
      if (!(await isCurrent())) return false;
      await overwrite(file, content);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    throw writeError(error, target);
  }
}

/** Writes what makes the file longer first: where the disk is full, the old content is still whole. */
async function overwrite(file: FileHandle, content: Buffer): Promise<void> {
  const { size } = await file.stat();
  try {
    if (content.length > size) await writeAt(file, content.subarray(size), size);
  } catch (error) {
    await file.truncate(size);
    throw error;
  }
  await writeAt(file, content.subarray(0, size), 0);
  await file.truncate(content.length);
  await file.sync();
}

async function writeAt(file: FileHandle, content: Buffer, position: number): Promise<void> {
  for (let done = 0; done < content.length;) {
    const { bytesWritten } = await file.write(content, done, content.length - done, position + done);
    done += bytesWritten;
  }
}

async function writeNew(temporary: string, content: Buffer, old: Stats | null): Promise<void> {
  const file = await open(temporary, 'wx', 0o666);
  try {
    if (old !== null) await copyOwnership(file, old);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Owner before mode: changing the owner clears set-id bits. Only root can give files away; others keep theirs. */
async function copyOwnership(file: FileHandle, old: Stats): Promise<void> {
  const now = await file.stat();
  if (now.uid !== old.uid || now.gid !== old.gid) await file.chown(old.uid, old.gid).catch(() => undefined);
  await file.chmod(old.mode & 0o7777);
}

/** Makes a rename in it, or a new file, itself durable. Not every file system can sync a folder. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (handle === null) return;
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}

async function statOrNull(file: string): Promise<Stats | null> {
  try {
    return await stat(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw writeError(error, file);
  }
}

/** Where a path leads in the end, also when the last link points to nothing yet. */
export async function resolveLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw writeError(error, file);
  }
  const link = await readlink(file).catch(() => null);
  if (link !== null) return resolveLinks(path.resolve(path.dirname(file), link));
  const folder = path.dirname(path.resolve(file));
  if (folder === path.resolve(file)) return folder;
  return path.join(await resolveLinks(folder), path.basename(file));
}

function writeError(error: unknown, file: string): unknown {
  const code = systemCode(error) ?? '';
  if (NO_SPACE.has(code)) {
    return new PitstopError('disk-full', `There is no space left to write ${file}.`, {
      hint: 'Make room and run again; the file is as it was.',
      file,
      cause: error,
    });
  }
  return NOT_ALLOWED.has(code) ? notWritable(file, error) : error;
}

const NO_SPACE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
const NOT_ALLOWED: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

function notWritable(file: string, cause?: unknown): PitstopError {
  return new PitstopError('permission-denied', `${file} cannot be written.`, {
    hint: 'Give the user that runs pitstop the right to write it.',
    file,
    cause,
  });
}
