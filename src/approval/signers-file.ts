import type { Stats } from 'node:fs';
import { access, constants, lstat, open, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import process from 'node:process';
import { systemCode } from '../files/system-error.ts';
import { parseSigners } from './signers-list.ts';

const LARGEST_BYTES = 1024 * 1024;
/** As the kernel follows. */
const MOST_LINKS = 40;

/** The list's text, or why the file is none that counts. */
export type FileList = { readonly text: string } | { readonly problems: readonly string[] };

/**
 * Reads a list of signers that the user who runs this cannot change: a regular file of root's, in folders of root's all
 * the way, links included, none of which anybody else may write (`/tmp` and its like only hold what root put there). Not
 * owned by the user is not enough: whoever gets a server or a service to write a file has one that is owned by another.
 */
export async function readSignersFile(file: string, repositoryRoot: string): Promise<FileList> {
  if (process.geteuid === undefined || process.getuid === undefined)
    return { problems: ['this system does not say who may write a file'] };
  if (process.geteuid() === 0 || process.getuid() === 0)
    return { problems: ['pitstop runs as root, and no file is out of the reach of root'] };
  if (!isAbsolute(file)) return { problems: ['its path is not absolute'] };
  try {
    const { path, stats, problems } = await follow(file);
    for (const place of new Set([file, path])) {
      if (await isInside(repositoryRoot, place)) problems.push(`${place} is inside the repository`);
    }
    if (!stats.isFile()) problems.push(`${path} is no regular file`);
    problems.push(...(await reachOf(path, stats)));
    return problems.length > 0 ? { problems } : await readList(path, stats);
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    return { problems: [code === 'ENOENT' ? 'it does not exist' : `it cannot be read (${code})`] };
  }
}

/** Goes the way to a file, name by name and link by link, and notes who could lead it elsewhere. */
async function follow(file: string): Promise<{ path: string; stats: Stats; problems: string[] }> {
  const problems = new Set<string>();
  const left = namesOf(file);
  let path = '/';
  let stats = await lstat(path);
  for (let links = 0; left.length > 0;) {
    const name = left.shift() ?? '';
    if (name === '..') {
      path = join(path, '..');
      stats = await lstat(path);
      continue;
    }
    const entry = join(path, name);
    const found = await lstat(entry);
    for (const problem of await reachThrough(path, stats, found)) problems.add(problem);
    if (found.isSymbolicLink()) {
      links += 1;
      if (links > MOST_LINKS) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
      const target = await readlink(entry);
      left.unshift(...namesOf(target));
      if (!isAbsolute(target)) continue;
      path = '/';
      stats = await lstat(path);
    } else {
      path = entry;
      stats = found;
    }
  }
  return { path, stats, problems: [...problems] };
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** What in a folder can be exchanged. In one with the sticky bit only the owners of folder and entry can do that. */
async function reachThrough(folder: string, stats: Stats, entry: Stats): Promise<string[]> {
  const keptApart = (stats.mode & 0o1000) !== 0 && stats.uid === 0 && entry.uid === 0;
  return keptApart ? [] : reachOf(folder, stats);
}

/** An owner can give itself every right; access lists and capabilities only the system itself knows. */
async function reachOf(path: string, stats: Stats): Promise<string[]> {
  if (stats.uid !== 0) return [`${path} is not owned by root`];
  if ((stats.mode & 0o022) !== 0) return [`${path} can be written by others than its owner`];
  const writable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable ? [`${path} can be written by the user that runs pitstop`] : [];
}

async function isInside(root: string, file: string): Promise<boolean> {
  const roots = [root, await realpath(root)];
  return roots.some((folder) => !/^\.\.(?:\/|$)/.test(relative(folder, file)));
}

/** Opened as what was looked at: the kernel's own files, whose sizes are 0, hold what any process says of itself. */
async function readList(path: string, seen: Stats): Promise<FileList> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (stats.ino !== seen.ino || stats.dev !== seen.dev) return { problems: ['it was exchanged meanwhile'] };
    if (stats.size > LARGEST_BYTES) return { problems: [`it is larger than ${LARGEST_BYTES} bytes`] };
    const bytes = await file.readFile();
    if (bytes.length !== stats.size) return { problems: ['it is no file of a disk, or is being written'] };
    const text = bytes.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(bytes)) return { problems: ['it is not UTF-8'] };
    const { problems } = parseSigners(text);
    return problems.length > 0 ? { problems } : { text };
  } finally {
    await file.close();
  }
}
