import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './system-error.ts';

/** Folders that hold other people's code, what was built, or tests, which no pooler serves. */
const PASSED_OVER =
  /^(?:\..+|node_modules|vendor|dist|build|out|target|coverage|__pycache__|venv|tests?|__tests__|specs?|fixtures)$/;

const MOST_BYTES = 1_000_000;

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/**
 * The source files of a project in the order of their names, symbolic links and files of more than a megabyte left out.
 * What cannot be read is passed over: this looks around, and nothing depends on a single file.
 * @param extensions without dots
 * @param most files at most
 */
export async function* readSourceFiles(
  root: string,
  extensions: readonly string[],
  most: number,
  signal: AbortSignal,
): AsyncGenerator<SourceFile> {
  let left = most;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined && left > 0; folder = folders.pop()) {
    signal.throwIfAborted();
    const below: string[] = [];
    for (const name of await namesIn(path.join(root, folder))) {
      const file = path.posix.join(folder, name);
      const entry = await lstat(path.join(root, file)).catch(() => null);
      if (entry?.isDirectory() === true && !PASSED_OVER.test(name)) below.push(file);
      const wanted =
        entry?.isFile() === true && extensions.includes(path.extname(name).slice(1).toLowerCase());
      if (!wanted || entry.size > MOST_BYTES || left === 0) continue;
      const text = await readFile(path.join(root, file), 'utf8').catch(() => null);
      if (text === null) continue;
      left -= 1;
      yield { path: file, text };
    }
    folders.push(...below.toReversed());
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}
