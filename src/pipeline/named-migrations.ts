import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { stepsOf } from '../change.ts';
import { PitstopError } from '../errors.ts';
import { resolveWritable } from '../files/root.ts';
import { systemCode } from '../files/system-error.ts';
import { isTransactional } from '../migration/formats/text.ts';
import type { Migration } from '../migration/migration.ts';
import { readLastAttempts, sha256, type LedgerRow } from '../migration/ledger.ts';
import { statementsOrNone } from '../sql/parse.ts';
import type { RunContext } from './context.ts';

/** The files of a migration that somebody names, as they are on disk. */
export interface MigrationText {
  readonly name: string;
  readonly upPath: string;
  readonly downPath: string;
  readonly upText: string;
  readonly downText: string;
}

/**
 * Reads a migration by its name, or by the path of one of its files. The bytes that are read here are what is judged,
 * hashed and sent.
 */
export async function readMigration(run: RunContext, given: string): Promise<MigrationText> {
  const name = nameOf(given);
  requireInFolder(run, given);
  const text = await readIfThere(run, name);
  if (text !== null) return text;
  const folder = run.config.migrations;
  throw new PitstopError('migration-not-found', `there is no ${folder}/${name}.up.sql`, {
    hint: 'Name a migration as its file is named, without .up.sql.',
    candidates: await namesIn(join(run.root, folder)),
  });
}

/** Ends the run where a file is not what was applied under its name. Files that are not here are somebody else's branch. */
export async function requireUnchangedFiles(run: RunContext): Promise<void> {
  for (const row of (await readLastAttempts(run.control)).values()) {
    const text = row.state === 'applied' ? await readIfThere(run, row.name) : null;
    if (text !== null) requireSameBytes(text, row);
  }
}

async function readIfThere(run: RunContext, name: string): Promise<MigrationText | null> {
  const [upPath, downPath] = [
    `${run.config.migrations}/${name}.up.sql`,
    `${run.config.migrations}/${name}.down.sql`,
  ];
  const upText = await readText(run, upPath);
  if (upText === null) return null;
  return { name, upPath, downPath, upText, downText: (await readText(run, downPath)) ?? '' };
}

/** The name in whatever somebody gives: the name itself, or the path of one of its files. */
export function nameOf(given: string): string {
  return basename(given).replace(/\.(?:up|down)\.sql$/, '');
}

/** One direction of it, as steps. */
export function asMigration(text: MigrationText, direction: 'up' | 'down'): Migration {
  const [up, down] = [
    { path: text.upPath, text: text.upText },
    { path: text.downPath, text: text.downText },
  ];
  const [to, back] = direction === 'up' ? [up, down] : [down, up];
  const migration: Migration = {
    format: 'plain',
    name: text.name,
    steps: stepsOf(to.text),
    files: [to, back],
    upPath: to.path,
    upText: to.text,
    downPath: back.path,
    byHand: false,
    note: null,
  };
  if (isTransactional(migration) || migration.steps.length === 1) return migration;
  throw new PitstopError(
    'migration-mixed',
    `${text.name} holds a statement that cannot run in a transaction beside others`,
    { hint: 'Put it alone into a migration of its own: cut short, nobody could tell how far it came.' },
  );
}

/** Whether a text has anything to send. A text that does not parse counts: the gate says what is wrong with it. */
export function isEmpty(sql: string): boolean {
  return statementsOrNone(sql).length === 0 && /^(?:\s|--[^\n]*(?:\n|$))*$/.test(sql);
}

/** Ends the command where the file is not what the ledger says was applied, and shows the difference. */
export function requireSameBytes(text: MigrationText, row: LedgerRow): void {
  if (sha256(text.upText) !== row.upSha256)
    throw changed(text.upPath, `differs from what was applied${differenceOf(row.upText, text)}`);
  if (row.downSha256 !== '' && sha256(text.downText) !== row.downSha256)
    throw changed(text.downPath, 'differs from what stood there when it was applied');
}

function changed(path: string, how: string): PitstopError {
  return new PitstopError('migration-changed', `${path} ${how}`, {
    file: path,
    hint: 'Restore the file, for example from git; a further change is a migration of its own.',
  });
}

function differenceOf(applied: string, { upPath, upText }: MigrationText): string {
  if (applied === '') return '';
  return `:\n${createTwoFilesPatch(upPath, upPath, applied, upText, 'applied', 'now')}`;
}

/** A path names the file that it says, and not another one of that name. */
function requireInFolder({ root, config }: RunContext, given: string): void {
  if (basename(given) === given || dirname(resolve(root, given)) === resolve(root, config.migrations)) return;
  throw new PitstopError('migration-not-found', `${given} is not in ${config.migrations}`, {
    hint: 'Name a migration as its file is named, without .up.sql, or by its path from the root of the repository.',
  });
}

/** A link does not lead out of the folder. */
async function readText({ root, config }: RunContext, path: string): Promise<string | null> {
  try {
    return await readFile(await resolveWritable(root, path, [config.migrations]), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => /^(.*)\.up\.sql$/.exec(name)?.[1] ?? []).toSorted();
}
