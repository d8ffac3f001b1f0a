import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PitstopError } from '../errors.ts';
import { systemCode } from './system-error.ts';

/** Largest text of SQL that is looked at, in bytes. */
export const MOST_SQL_BYTES = 1024 ** 2;

/** The text of a file of SQL, byte order mark included: what stands there is what is judged. */
export async function readSqlFile(path: string, most = MOST_SQL_BYTES): Promise<string> {
  return decodeSql(await readSome(path, most), path, most);
}

/** The text of what was read: UTF-8, not empty, of at most so many bytes. */
export function decodeSql(bytes: Uint8Array, name: string, most = MOST_SQL_BYTES): string {
  if (bytes.byteLength > most) {
    throw new PitstopError('sql-file-too-large', `${name} has more than ${most} bytes.`, {
      hint: 'Cut it into several files.',
      file: name,
    });
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new PitstopError('sql-file-not-utf8', `${name} is not UTF-8.`, {
      hint: 'Save it as UTF-8; pitstop does not guess encodings.',
      file: name,
      cause,
    });
  }
  if (text.trim() !== '') return text;
  throw new PitstopError('sql-file-empty', `${name} is empty.`, {
    hint: 'Name a file with SQL in it, or - for standard input.',
    file: name,
  });
}

async function readSome(path: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  try {
    if ((await stat(path)).isDirectory()) throw unreadable(path, 'is a folder');
    // One byte too many tells that there are more. A pipe has no size to ask for.
    for await (const chunk of createReadStream(path, { end: most })) chunks.push(chunk);
  } catch (error) {
    const code = systemCode(error);
    if (error instanceof PitstopError) throw error;
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw unreadable(path, `cannot be read (${code ?? String(error)})`, error);
    throw new PitstopError('sql-file-not-found', `There is no file ${path}.`, {
      hint: 'Name an existing file, or - for standard input.',
      file: path,
      cause: error,
    });
  }
  return Buffer.concat(chunks);
}

function unreadable(path: string, why: string, cause?: unknown): PitstopError {
  return new PitstopError('sql-file-unreadable', `${path} ${why}.`, {
    hint: 'Name a file of SQL that you can read, or - for standard input.',
    file: path,
    cause,
  });
}
