import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { PitstopError } from '../errors.ts';
import { systemCode } from '../files/system-error.ts';
import type { PartialProfile } from '../tuning/hardware/claim.ts';
import { readHardwareDocument } from '../tuning/hardware/document.ts';
import { parseHardware, type ParsedHardware } from '../tuning/hardware/parse.ts';

/** No description of a machine is longer. */
const MOST_BYTES = 64 * 1024;
const HINT =
  "Write --hardware '16 GB RAM, 8 cores, NVMe, 200 connections, oltp', the name of a managed instance, or name a YAML or JSON file (pitstop hardware --schema says what is in it).";

/** What `--hardware` says: of a file where there is one of that name, else of the text itself. */
export async function readGivenHardware(
  given: string,
  currentFolder: string,
): Promise<{ readonly given: PartialProfile; readonly unknown: readonly string[] }> {
  const path = resolve(currentFolder, given);
  const isPath = /\.(?:ya?ml|json)$/i.test(given.trim());
  const text = given.trim() === '' ? null : await readIfThere(path, isPath);
  const file = text === null ? undefined : path;
  const parsed = text === null ? parseHardware(given) : readHardwareDocument(documentOf(text, path));
  requireSound(parsed, file);
  return parsed;
}

/** All that is wrong with a description ends the command at once. */
function requireSound({ problems }: ParsedHardware, file?: string): void {
  if (problems.length === 0) return;
  throw invalid(`${file === undefined ? '' : `${file}: `}${problems.join('; ')}`, file);
}

function invalid(message: string, file?: string, cause?: unknown): PitstopError {
  return new PitstopError('hardware-invalid', message, { hint: HINT, file, cause });
}

function documentOf(text: string, path: string): unknown {
  try {
    // JSON is YAML, too.
    return parseYaml(text);
  } catch (cause) {
    throw invalid(`${path} is neither YAML nor JSON: ${messageOf(cause).split('\n')[0]}`, path, cause);
  }
}

/** Null where there is no such file and none has to be there. */
async function readIfThere(path: string, isPath: boolean): Promise<string | null> {
  try {
    // Opening a pipe waits for a writer.
    if (!(await stat(path)).isFile()) throw invalid(`${path} is not a file`, path);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES + 1), 0, MOST_BYTES + 1, 0);
      if (bytesRead > MOST_BYTES) throw invalid(`${path} has more than ${MOST_BYTES} bytes`, path);
      return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof PitstopError) throw error;
    const code = systemCode(error);
    if (!isPath && code !== null && ['ENOENT', 'ENAMETOOLONG', 'ENOTDIR'].includes(code)) return null;
    if (code === 'ENOENT') throw invalid(`there is no file ${path}`, path, error);
    throw invalid(`${path} cannot be read: ${code ?? messageOf(error)}`, path, error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
