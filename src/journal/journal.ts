import { createHash } from 'node:crypto';
import { open as openFile, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';

/** What the runner began, decided and finished; append-only, one JSON object a line. */
export type JournalEvent =
  | { readonly type: 'begun'; readonly marker: string }
  | { readonly type: 'decided'; readonly decision: unknown }
  /** The project's tests before the item's change is applied. */
  | { readonly type: 'tested'; readonly report: unknown }
  /** What is to be committed of the item, about to be recorded. */
  | { readonly type: 'commit-due'; readonly due: unknown }
  | { readonly type: 'finished'; readonly outcome: string }
  /** Null where nothing was left to commit. */
  | { readonly type: 'committed'; readonly commit: string | null };

export type JournalEntry = Common & JournalEvent;

interface Common {
  readonly at: string;
  readonly runId: string;
  /** Relative to the repository's root. */
  readonly file: string;
  readonly key: string;
}

/** An item that a run began and did not finish. */
export interface OpenAttempt {
  readonly runId: string;
  /** The marker before the run touched it. */
  readonly marker: string;
  /** What was decided before anything was applied, or null. */
  readonly decision: unknown;
  /** The project's tests as they were before anything was applied, or null. */
  readonly tests: unknown;
}

/** Appends durably: the entry is on disk when this returns. */
export async function appendJournal(path: string, entry: JournalEntry): Promise<void> {
  await makeFolder(dirname(path));
  const handle = await openFile(path, 'a+');
  try {
    // After a line that a crash tore, the entry begins on a line of its own, or it would be lost with that line.
    const start = (await endsLine(handle)) ? '' : '\n';
    await handle.appendFile(`${start}${JSON.stringify(entry)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function endsLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return true;
  const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer.toString('latin1') === '\n';
}

/** The open attempts by `attemptId`. A line that was torn by a crash is skipped: it never took effect. */
export async function readOpenAttempts(path: string): Promise<Map<string, OpenAttempt>> {
  const open = new Map<string, OpenAttempt>();
  for (const entry of await readEntries(path)) {
    const id = attemptId(entry.file, entry.key);
    const attempt = open.get(id);
    if (entry.type === 'begun') {
      // Resumed: the first run's marker and decision still count.
      open.set(id, attempt ?? { runId: entry.runId, marker: entry.marker, decision: null, tests: null });
    } else if (entry.type === 'decided') {
      if (attempt !== undefined) open.set(id, { ...attempt, decision: entry.decision, tests: null });
    } else if (entry.type === 'tested') {
      if (attempt !== undefined) open.set(id, { ...attempt, tests: entry.report });
    } else if (entry.type === 'finished') open.delete(id);
  }
  return open;
}

/** What was last decided for an item, by whichever run, finished or not; null where nothing was. */
export async function readLastDecision(path: string, file: string, key: string): Promise<unknown> {
  const entries = await readEntries(path);
  const last = entries.findLast(
    (entry) => entry.file === file && entry.key === key && entry.type === 'decided',
  );
  return last?.type === 'decided' ? last.decision : null;
}

/** A recorded item that is not committed. */
export interface UncommittedItem {
  readonly file: string;
  readonly key: string;
  readonly due: unknown;
}

/**
 * What runs with commits have recorded and not committed, oldest first, by `attemptId`. An item that was recorded again
 * by a run without commits is somebody else's to commit.
 */
export async function readUncommitted(path: string): Promise<Map<string, UncommittedItem>> {
  const uncommitted = new Map<string, UncommittedItem>();
  const noted = new Set<string>();
  for (const entry of await readEntries(path)) {
    const { file, key } = entry;
    const id = attemptId(file, key);
    if (entry.type === 'begun') noted.delete(id);
    else if (entry.type === 'commit-due') {
      noted.add(id);
      uncommitted.delete(id);
      uncommitted.set(id, { file, key, due: entry.due });
    } else if (entry.type === 'committed') uncommitted.delete(id);
    else if (entry.type === 'finished' && !noted.has(id) && !UNRECORDED.has(entry.outcome))
      uncommitted.delete(id);
  }
  return uncommitted;
}

/** Ends of attempts that recorded nothing. */
const UNRECORDED: ReadonlySet<string> = new Set(['interrupted', 'left-alone']);

/** An item's key as the journal holds it: titles may quote what must not be written. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

export function attemptId(file: string, key: string): string {
  return `${file}\n${key}`;
}

async function readEntries(path: string): Promise<JournalEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as JournalEntry];
    } catch {
      return [];
    }
  });
}
