import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { StatementRewrite } from '../change.ts';
import { resolveWritable } from '../files/root.ts';
import { writeFileDurably } from '../files/write.ts';
import { PitstopError } from '../errors.ts';
import { findStatements } from '../source/find.ts';
import { replaceStatement } from '../source/replace.ts';
import { unbindNamed } from '../sql/parameters.ts';
import { appliesItself, type RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';

/** The statement of an item as a file of the repository has it. */
export interface SourceStatement {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly sql: string;
}

/**
 * Puts a rewrite into the file that the statement comes from, where that is a file that may be written to and holds it
 * exactly once; done already is done. False where it is left to a person.
 */
export async function putIntoSource(
  run: RunContext,
  dossier: Dossier,
  rewrite: StatementRewrite,
): Promise<boolean> {
  const { source } = dossier;
  if (source === null || !maySettle(rewrite) || !appliesItself(run)) return false;
  return exchange(run, dossier, { path: source.path, from: source.sql, to: namedAs(dossier, rewrite) });
}

/** What asks something else, or was not shown to ask the same, is for a person to look at. */
function maySettle({ changesInterface, isShown = false }: StatementRewrite): boolean {
  return isShown && !changesInterface;
}

/** Whether `putIntoSource` would do it. */
export async function fitsSource(
  run: RunContext,
  dossier: Dossier,
  rewrite: StatementRewrite | undefined,
): Promise<boolean> {
  const { source } = dossier;
  if (source === null || rewrite === undefined || !maySettle(rewrite) || !appliesItself(run)) return false;
  const to = namedAs(dossier, rewrite);
  return (await readExchanged(run, { path: source.path, from: source.sql, to })) !== null;
}

/** Puts the old statement back where the rewrite stands. */
export async function takeFromSource(
  run: RunContext,
  dossier: Dossier,
  rewrite: StatementRewrite,
): Promise<void> {
  const { source } = dossier;
  if (source === null) return;
  await exchange(run, dossier, { path: source.path, from: namedAs(dossier, rewrite), to: source.sql });
  dossier.files = dossier.files.filter((path) => path !== source.path);
}

function namedAs({ names }: Dossier, { sql }: StatementRewrite): string {
  return unbindNamed(sql, names);
}

/** One statement of a file in the other's place. */
interface Exchange {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

async function exchange(run: RunContext, dossier: Dossier, wanted: Exchange): Promise<boolean> {
  const exchanged = await readExchanged(run, wanted);
  if (exchanged === null) return false;
  if (exchanged.text !== null) await writeFileDurably(exchanged.file, exchanged.text);
  if (!dossier.files.includes(wanted.path)) dossier.files.push(wanted.path);
  return true;
}

/** The file's text as it would be, null for that where it is so already; null where it is not to be written. */
async function readExchanged(
  { root, config }: RunContext,
  { path, from, to }: Exchange,
): Promise<{ readonly file: string; readonly text: string | null } | null> {
  const file = await writableFile(root, path, config.sources);
  if (file === null) return null;
  const text = await readFile(file, 'utf8');
  const extension = extname(path);
  const replaced = replaceStatement(text, { extension, from, to });
  if (replaced === null && !holds(text, extension, to)) return null;
  return { file, text: replaced };
}

function holds(text: string, extension: string, sql: string): boolean {
  return findStatements(text, { extension, lines: null }).some((found) => isSameText(found.sql, sql));
}

function isSameText(one: string, other: string): boolean {
  const plain = (sql: string) => sql.replaceAll(/\s+/g, ' ').trim();
  return plain(one) === plain(other);
}

/** Null where the file is none that may be written to. */
async function writableFile(root: string, path: string, folders: readonly string[]): Promise<string | null> {
  try {
    return await resolveWritable(root, join(path), folders);
  } catch (error) {
    if (error instanceof PitstopError && error.code === 'write-outside') return null;
    throw error;
  }
}
