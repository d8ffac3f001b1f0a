import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemCode } from './system-error.ts';

interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

interface FoundFiles {
  /** The one that was written to last comes first. */
  readonly files: readonly FoundFile[];
  /** Paths that cannot be read, each with the system's code: `log (ENOENT)`. */
  readonly unreadable: readonly string[];
}

/** Finds files by their paths, relative to `root` or absolute; of a folder all files that stand in it. */
export async function findNewestFiles(root: string, paths: readonly string[]): Promise<FoundFiles> {
  const found = new Map<string, FoundFile>();
  const unreadable: string[] = [];
  const add = async (path: string) => {
    const stats = await stat(path);
    if (stats.isFile()) found.set(path, { path, sizeBytes: stats.size, modifiedMs: stats.mtimeMs });
    return stats.isDirectory();
  };
  for (const named of paths) {
    const path = resolve(root, named);
    try {
      if (!(await add(path))) continue;
      // A file that goes meanwhile was rotated away.
      for (const name of await readdir(path)) await add(join(path, name)).catch(() => false);
    } catch (error) {
      unreadable.push(`${named} (${systemCode(error) ?? String(error)})`);
    }
  }
  const files = [...found.values()].toSorted((one, other) => other.modifiedMs - one.modifiedMs);
  return { files, unreadable };
}

/** A line that is longer is passed over, so that a file without line breaks takes no more memory than another. */
const MOST_CHARACTERS = 1_000_000;

/** The lines of a file behind so many bytes, the first one perhaps the end of one, without their line feeds. */
export async function* linesFrom(path: string, start: number): AsyncGenerator<string> {
  let rest = '';
  let isTooLong = false;
  for await (const chunk of createReadStream(path, { start, encoding: 'utf8' })) {
    const [end = '', ...lines] = String(chunk).split('\n');
    rest += end;
    if (lines.length > 0) {
      if (!isTooLong) yield rest.replace(/\r$/, '');
      rest = lines.pop() ?? '';
      isTooLong = false;
      for (const line of lines) yield line.replace(/\r$/, '');
    }
    if (rest.length > MOST_CHARACTERS) [rest, isTooLong] = ['', true];
  }
  if (rest !== '' && !isTooLong) yield rest;
}
