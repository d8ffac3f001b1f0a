import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Change, FileChange } from '../change.ts';
import { systemCode } from '../files/system-error.ts';
import { sha256 } from '../migration/ledger.ts';
import { Blocked } from '../outcome.ts';
import type { RunContext } from './context.ts';
import type { Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import { removeRepositoryFile, writeRepositoryFile } from './files.ts';
import { allEvidence } from './all-evidence.ts';

/** A file besides migrations that this run wrote for an item. */
export interface WrittenFile {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly sha256: string;
  readonly role: FileChange['role'];
  /** What stood there before; null for nothing. */
  readonly previous: string | null;
}

/**
 * Writes the files of a change. What somebody else wrote, or edited since, is never overwritten: ours then gets a name
 * beside it (`pool.pitstop.ts`), and a note says so.
 */
export async function writeChangeFiles(
  run: RunContext,
  dossier: Dossier,
  { files = [], configures = [] }: Change,
): Promise<void> {
  dossier.configures = configures;
  for (const { name, text, role } of files) {
    const { path, previous } = await placeOf(run, dossier, name, text);
    if (previous !== text) await writeRepositoryFile(run, path, text);
    dossier.written = [...dossier.written, { path, sha256: sha256(text), role, previous }];
    dossier.files.push(path);
  }
}

/** Puts back what stood there before, where the change is not made after all. */
export async function discardChangeFiles(run: RunContext, dossier: Dossier): Promise<void> {
  for (const { path, previous } of dossier.written) {
    await (previous === null ? removeRepositoryFile(run, path) : writeRepositoryFile(run, path, previous));
    dossier.files = dossier.files.filter((other) => other !== path);
    if (previous === null) dossier.removed.push(path);
  }
  dossier.written = [];
  dossier.configures = [];
}

async function placeOf(run: RunContext, dossier: Dossier, name: string, text: string) {
  const usual = posix.join(run.config.outputs, name);
  const occupied: string[] = [];
  for (const path of [usual, beside(usual)]) {
    const previous = await readIfThere(join(run.root, path));
    if (previous === null || previous === text || (await isOurs(run, path, previous))) {
      if (occupied.length > 0) dossier.notes.push(`${usual} is somebody else's, so ours is ${path}`);
      return { path, previous };
    }
    occupied.push(path);
  }
  throw new Blocked(
    'needs-information',
    'file-occupied',
    `${occupied.join(' and ')} hold what pitstop did not write; move one away, or name another folder in outputs`,
  );
}

/** `src/database/pool.ts` → `src/database/pool.pitstop.ts` */
function beside(path: string): string {
  const { dir, name, ext } = posix.parse(path);
  return posix.join(dir, `${name}.pitstop${ext}`);
}

/** What is there and cannot be read is no less somebody's: only what is missing is free. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Blocked(
      'failed',
      'file-unreadable',
      `${path} is there and cannot be read (${code ?? 'unknown'})`,
    );
  }
}

/** Whether a run that died wrote exactly these bytes there, or the evidence of some item says that one did. */
async function isOurs(run: RunContext, path: string, text: string): Promise<boolean> {
  return wroteBeforeItDied(run, path, text) || (await standsInEvidence(run, path, text));
}

function wroteBeforeItDied({ openAttempts, config }: RunContext, path: string, text: string): boolean {
  return [...openAttempts.values()].some(({ decision }) =>
    ((decision as Decision | null)?.change.files ?? []).some(
      (file) => posix.join(config.outputs, file.name) === path && file.text === text,
    ),
  );
}

async function standsInEvidence(run: RunContext, path: string, text: string): Promise<boolean> {
  const hash = sha256(text);
  for await (const { files } of allEvidence(run))
    if (files.some((file) => file.path === path && file.sha256 === hash)) return true;
  return false;
}
