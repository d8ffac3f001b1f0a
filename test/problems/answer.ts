import { basename } from 'node:path';
import type { Workspace } from '../support/workspace.ts';
import type { TestDatabase } from '../support/database.ts';
import { finished, run } from '../support/run.ts';
import { TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';
import { itemOf } from './item.ts';
import { LEVERS, type Lever, type Problem } from './problem.ts';
import { withClient } from './session.ts';

/** What the program came to, from its report and the files it wrote. */
export interface Answer {
  readonly outcome: string | null;
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly rows: string;
  readonly rewrite: string | null;
  readonly session: Readonly<Record<string, string>>;
  /** The text of all migrations, without comments. */
  readonly migrations: string;
  /** The levers pulled, as in `Kind`. */
  readonly kind: string;
  readonly seconds: number;
  readonly exitCode: number;
  /** Of the command, where it broke off. */
  readonly error: string | null;
}

/** Runs the program on the problem's item. */
export async function ask(problem: Problem, database: TestDatabase): Promise<Answer> {
  const workspace = await createWorkspace({ [TASK_FILE]: taskFile(itemOf(problem)) });
  const started = performance.now();
  const result = await run(workspace.path, database.url);
  const seconds = (performance.now() - started) / 1000;
  const { exitCode, error, items } = finished(result);
  const [item] = items;
  if (item === undefined) throw new Error(`no item was reported: ${error?.message ?? result.stderr}`);
  const paths = item.outcome === 'awaiting-approval' ? [] : item.migrations;
  const migrations = await applyTheRest(database.url, workspace, paths);
  const rewrite = textOrNull(item['rewrite']);
  const session = textsOf(item['session']);
  return {
    outcome: item.outcome,
    reason: item.reason,
    rows: String(item['rows']),
    rewrite,
    session,
    migrations,
    kind: kindOf(leversOf(migrations, rewrite, session)),
    seconds,
    exitCode,
    error: error === null ? null : `${error.code}: ${error.message}`,
  };
}

/** Migrations that were handed over are for a person to apply: we do as that person does. Returns the text of all. */
async function applyTheRest(url: string, workspace: Workspace, paths: readonly string[]): Promise<string> {
  return withClient(url, async (client) => {
    const ledger = await client.query<{ there: boolean }>(
      `SELECT to_regclass('pitstop.migration') IS NOT NULL AS there`,
    );
    const applied =
      ledger.rows[0]?.there === true
        ? await client.query<{ name: string }>(`SELECT name FROM pitstop.migration WHERE state = 'applied'`)
        : { rows: [] };
    const names = new Set(applied.rows.map(({ name }) => name));
    const texts: string[] = [];
    for (const path of paths) {
      const text = await workspace.read(path);
      if (!names.has(basename(path, '.up.sql'))) await client.query(text);
      texts.push(text.replace(/^--.*$/gm, '').trim());
    }
    return texts.join('\n');
  });
}

function leversOf(
  migrations: string,
  rewrite: string | null,
  session: Readonly<Record<string, string>>,
): ReadonlySet<Lever> {
  const levers = new Set<Lever>();
  if (/^\s*CREATE (?:UNIQUE )?INDEX\b/im.test(migrations)) levers.add('index');
  if (/^\s*VACUUM\b/im.test(migrations)) levers.add('vacuum');
  if (/\bCREATE STATISTICS\b|\bSET STATISTICS\b/i.test(migrations)) levers.add('statistics');
  // Beside something else, fresh statistics are a part of that: an index on an expression needs its own.
  if (levers.size === 0 && /^\s*ANALY[SZ]E\b/im.test(migrations)) levers.add('statistics');
  if (rewrite !== null) levers.add('rewrite');
  if (Object.keys(session).length > 0) levers.add('setting');
  return levers;
}

function kindOf(levers: ReadonlySet<Lever>): string {
  return LEVERS.filter((lever) => levers.has(lever)).join('+') || 'none';
}

/** Settings are text to the server, whatever they are in JSON. */
function textsOf(settings: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(settings ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
