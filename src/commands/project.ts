import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { readConfig, type Config } from '../config.ts';
import { PitstopError } from '../errors.ts';
import { discoverTaskFiles, resolveTaskPath } from '../files/discover.ts';
import { exists, findRepositoryRoot } from '../files/root.ts';
import { parseTarget, targetOfVariables, type Target } from '../pg/target.ts';
import type { OptionValues, Outside } from './command.ts';

/** Where a command works: the repository, its configuration, the variables that count. */
export interface Place {
  readonly root: string;
  readonly config: Config;
  /** The process's variables over those of the repository's `.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The process's variables alone. */
  readonly processEnv: Readonly<Record<string, string | undefined>>;
}

/** A place with its task files. */
export interface Project extends Place {
  /** The task files named on the command line, or those of the repository. Absolute. */
  readonly paths: readonly string[];
}

/** The repository of the current folder; there need be no task files. */
export async function openPlace(outside: Outside, options: OptionValues): Promise<Place> {
  return placeAt(await findRepositoryRoot(outside.cwd), outside, options);
}

async function placeAt(root: string, { cwd, env }: Outside, options: OptionValues): Promise<Place> {
  const named = options['config'];
  const config = await readConfig(root, typeof named === 'string' ? resolve(cwd, named) : null);
  return { root, config, env: { ...(await readDotEnv(root)), ...env }, processEnv: env };
}

export async function openProject(
  outside: Outside,
  args: readonly string[],
  options: OptionValues,
): Promise<Project> {
  const { cwd } = outside;
  const here = await findRepositoryRoot(cwd);
  const given = await Promise.all(
    args.map((name) => resolveTaskPath(here, isAbsolute(name) ? name : resolve(cwd, name))),
  );
  const root = await rootOf(given, here);
  const place = await placeAt(root, outside, options);
  const paths = given.length > 0 ? given : await discoverTaskFiles(root);
  if (paths.length === 0) {
    throw new PitstopError(
      'task-file-not-found',
      `there is no tasks/tasks-*-database-performance.md in ${root}`,
      {
        hint: 'Name the task file.',
      },
    );
  }
  return { ...place, paths };
}

/**
 * `--database-url`, then `DATABASE_URL` and the `PG*` variables of the process, then those of `.env`, then the
 * configuration file; null where none names a database.
 */
export function targetOf({ config, env, processEnv }: Place, options: OptionValues): Target | null {
  const given = options['databaseUrl'];
  if (typeof given === 'string' && given !== '') return parseTarget(given, env);
  for (const variables of [processEnv, env]) {
    const url = variables['DATABASE_URL'];
    const target = url ? parseTarget(url, variables) : targetOfVariables(variables);
    if (target !== null) return target;
  }
  return config.databaseUrl === undefined ? null : parseTarget(config.databaseUrl, env);
}

/** The repository of the task files, wherever the command is called from: migrations and evidence go there too. */
async function rootOf(paths: readonly string[], here: string): Promise<string> {
  const roots = new Set(await Promise.all(paths.map((path) => rootOfFile(path, here))));
  const [root = here, ...others] = roots;
  if (others.length === 0) return root;
  throw new PitstopError('usage', 'the task files are in different repositories', {
    hint: 'Run pitstop once for each repository.',
    candidates: [...roots],
  });
}

async function rootOfFile(path: string, here: string): Promise<string> {
  const folder = dirname(path);
  const root = await findRepositoryRoot(folder);
  if (root !== folder || (await exists(join(folder, '.git')))) return root;
  if (isBelow(here, path)) return here;
  // Neither git nor a package says where the project begins.
  return basename(folder) === 'tasks' ? dirname(folder) : folder;
}

function isBelow(folder: string, path: string): boolean {
  return !relative(folder, path).startsWith('..');
}

/** The values of an option that may be given several times. */
export function listOf(value: OptionValues[string]): readonly string[] {
  return Array.isArray(value) ? value : [];
}

async function readDotEnv(root: string): Promise<Record<string, string | undefined>> {
  try {
    return parseEnv(await readFile(join(root, '.env'), 'utf8'));
  } catch {
    return {};
  }
}
