import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { PitstopError } from '../errors.ts';
import { conflictLine } from '../task/conflict.ts';
import { systemCode } from './system-error.ts';
import { replaceFile, resolveLinks } from './write.ts';

/** A task file as it was read. */
export interface TaskFileSnapshot {
  /** Absolute; symlinks are not resolved. */
  readonly path: string;
  /** Without byte order mark. */
  readonly text: string;
  /** SHA-256 of the file's bytes, hex. */
  readonly hash: string;
}

const BOM = '\ufeff';

export async function readTaskFile(file: string): Promise<TaskFileSnapshot> {
  const { path: absolute, text, hash } = await readBytes(file);
  return { path: absolute, text, hash };
}

/**
 * Applies `change` to the file's text as it is now, and replaces the file atomically. Where somebody else writes the
 * file in between, `change` is applied anew to what they wrote. Byte order mark, mode, owner, links stay.
 */
export async function updateTaskFile(
  file: string,
  change: (text: string) => string,
): Promise<TaskFileSnapshot> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readBytes(file);
    const text = change(before.text);
    if (text === before.text) return { path: before.path, text, hash: before.hash };
    const content = Buffer.from(before.bom + text, 'utf8');
    const isCurrent = async () => hashOf(await readFile(before.path)) === before.hash;
    if (await replace(before.path, content, isCurrent))
      return { path: before.path, text, hash: hashOf(content) };
  }
  throw new PitstopError('task-file-changed', `${file} is being changed by somebody else all the time.`, {
    hint: 'Run again when the other program is done.',
    file,
  });
}

const ATTEMPTS = 8;

async function replace(file: string, content: Buffer, isCurrent: () => Promise<boolean>): Promise<boolean> {
  try {
    return await replaceFile(await resolveLinks(file), content, isCurrent);
  } catch (error) {
    if (!(error instanceof PitstopError) || error.code !== 'permission-denied') throw error;
    throw new PitstopError('task-file-read-only', `The task file ${file} cannot be written.`, {
      hint: 'Give the user that runs pitstop the right to write it, or use `pitstop plan`, which writes nothing.',
      file,
      cause: error.cause,
    });
  }
}

interface FileContent extends TaskFileSnapshot {
  readonly bom: string;
}

async function readBytes(file: string): Promise<FileContent> {
  const absolute = path.resolve(file);
  const bytes = await readOrExplain(absolute);
  if (bytes.includes(0)) throw unreadable(absolute, 'is a binary file');
  const decoded = decode(absolute, bytes);
  const bom = decoded.startsWith(BOM) ? BOM : '';
  const text = decoded.slice(bom.length);
  const line = conflictLine(text);
  if (line !== null) {
    throw new PitstopError(
      'task-file-conflict-markers',
      `The task file ${absolute} has conflict markers of a merge.`,
      {
        hint: 'Resolve the conflict, then run again.',
        file: absolute,
        line,
      },
    );
  }
  return { path: absolute, text, bom, hash: hashOf(bytes) };
}

async function readOrExplain(file: string): Promise<Buffer> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw unreadable(file, found.isDirectory() ? 'is a folder' : 'is not a file');
    return await readFile(file);
  } catch (error) {
    const code = systemCode(error);
    if (error instanceof PitstopError) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new PitstopError('task-file-not-found', `There is no task file ${file}.`, {
        hint: 'Name an existing file; `pitstop steps KIND` prints an item to begin one with.',
        file,
        cause: error,
      });
    }
    throw unreadable(file, `cannot be read (${code ?? String(error)})`, error);
  }
}

function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new PitstopError('task-file-not-utf8', `The task file ${file} is not UTF-8.`, {
      hint: 'Save it as UTF-8; pitstop does not guess encodings.',
      file,
      cause: error,
    });
  }
}

function unreadable(file: string, why: string, cause?: unknown): PitstopError {
  return new PitstopError('task-file-unreadable', `The task file ${file} ${why}.`, {
    hint: 'Name a Markdown file that you can read.',
    file,
    cause,
  });
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
