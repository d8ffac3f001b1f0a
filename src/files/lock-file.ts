import { createHash } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from './make-folder.ts';
import { draftOf, removeAbandonedDrafts } from './draft.ts';
import { identifyProcess, presence, type ProcessIdentity } from './process-identity.ts';
import { ensureStateFolder, STATE_FOLDER } from './state-folder.ts';
import { systemCode } from './system-error.ts';

export interface LockOptions {
  /** How long to wait for a holder that lives, in milliseconds; 0 is not at all. */
  readonly patienceMs: number;
  /** What is thrown after that; the holder is null where it cannot be told. */
  readonly busy: (path: string, holder: ProcessIdentity | null) => Error;
}

const POLL_MS = 10;
/** Whether the holder lives is asked at the first attempt and at every so manieth: it may cost a process. */
const ASK_EVERY = 50;

/**
 * Lends something to one caller at a time, in this process and others. The lock is a file below `.pitstop/locks/` that
 * names its process; one whose process is gone is taken over.
 */
export async function withLockFile<T>(
  root: string,
  name: string,
  options: LockOptions,
  use: () => Promise<T>,
): Promise<T> {
  const path = join(root, STATE_FOLDER, 'locks', `${name}.lock`);
  await ensureStateFolder(root);
  await makeFolder(dirname(path));
  await take(path, options);
  try {
    await removeAbandonedDrafts(dirname(path));
    return await use();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, { patienceMs, busy }: LockOptions): Promise<void> {
  const own = JSON.stringify(identifyProcess(process.pid));
  const attempts = Math.ceil(patienceMs / POLL_MS);
  for (let attempt = 0; ; attempt += 1) {
    if (await createWhole(path, own)) return;
    if (attempt % ASK_EVERY === 0 && (await removeLeftover(path, busy))) {
      if (await createWhole(path, own)) return;
    }
    if (attempt >= attempts) throw busy(path, holderIn(await readIfThere(path)));
    await pause(POLL_MS);
  }
}

/**
 * Removes the lock of a process that is gone; true where one was removed. Between seeing it and removing it somebody
 * else may do both and take a lock of their own, which must stay: so the removal has a lock, named after what is removed.
 */
async function removeLeftover(path: string, busy: LockOptions['busy']): Promise<boolean> {
  const found = await readIfThere(path);
  if (found === null || !isLeftover(found)) return false;
  const removal = `${path}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
  await take(removal, { patienceMs: 1_000, busy });
  try {
    if ((await readIfThere(path)) === found) await rm(path, { force: true });
    return true;
  } finally {
    await rm(removal, { force: true });
  }
}

/** A lock is linked whole: one that cannot be read was torn by a power failure. */
function isLeftover(content: string): boolean {
  const holder = holderIn(content);
  return holder === null || presence(holder) === 'gone';
}

/** False where the lock is there already. A link makes it appear with its content, never empty. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = draftOf(path);
  await writeFile(draft, content);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

function holderIn(content: string | null): ProcessIdentity | null {
  try {
    const holder: unknown = JSON.parse(content ?? '');
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
