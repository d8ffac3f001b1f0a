import { createHash } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PitstopError } from '../errors.ts';
import { identifyProcess, presence, type ProcessIdentity } from './process-identity.ts';
import { ensureStateFolder, STATE_FOLDER } from './state-folder.ts';

/**
 * Lends a task file to one runner at a time. People never wait for it: they edit as they like, and their edits win.
 * The lock is a file below `.pitstop/`, which names its process; one whose process is gone is taken over.
 */
export async function withTaskFileLock<T>(root: string, file: string, use: () => Promise<T>): Promise<T> {
  const name = `${createHash('sha256').update(file).digest('hex').slice(0, 16)}.lock`;
  const path = join(root, STATE_FOLDER, 'locks', name);
  await ensureStateFolder(root);
  await mkdir(dirname(path), { recursive: true });
  await take(path, file);
  try {
    return await use();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, file: string): Promise<void> {
  const own = JSON.stringify(identifyProcess(process.pid));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await createWhole(path, own)) return;
    const holder = await readHolder(path);
    if (holder !== null && presence(holder) !== 'gone') break;
    await rm(path, { force: true });
  }
  const holder = await readHolder(path);
  throw new PitstopError(
    'task-file-locked',
    `another pitstop run (process ${holder?.pid ?? 'unknown'}) works on ${file}`,
    {
      file,
      hint: `Wait until it has finished. If no such process runs on any machine that shares this folder, remove ${path}.`,
    },
  );
}

/** False where the lock is there already. A link makes it appear with its content, never empty. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Null where the lock is gone meanwhile. */
async function readHolder(path: string): Promise<ProcessIdentity | null> {
  try {
    const holder: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isIdentity(holder) ? holder : null;
  } catch {
    return null;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' && value !== null && 'pid' in value && 'started' in value && 'world' in value
  );
}
