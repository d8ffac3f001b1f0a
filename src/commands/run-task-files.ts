import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { readConfig } from '../config.ts';
import { PitstopError } from '../errors.ts';
import { discoverTaskFiles, resolveTaskPath } from '../files/discover.ts';
import { findRepositoryRoot } from '../files/root.ts';
import { ENVIRONMENTS } from '../gate/decide-environment.ts';
import type { RunEvent } from '../pipeline/events.ts';
import type { ItemReport } from '../pipeline/outcome.ts';
import { runTaskFiles } from '../pipeline/run.ts';
import type { RunRequest } from '../pipeline/surroundings.ts';
import { parseTarget, targetOfVariables, type Target } from '../pg/target.ts';
import { progressLines, summary } from '../report/terminal.ts';
import { loadParser } from '../sql/parse.ts';
import type { OptionValues, Outside } from './command.ts';
import { eventLine } from './event-line.ts';
import { describeError, toPitstopError } from './to-error.ts';

/** Everything behind `pitstop run`, loaded only when it runs. */
export async function runCommand(
  outside: Outside,
  args: readonly string[],
  options: OptionValues,
): Promise<number> {
  const teller = tellerOf(outside, options);
  const items: ItemReport[] = [];
  try {
    const request = await requestOf(outside, options, teller.emit, teller.runId);
    const paths = await taskPaths(request.root, outside.cwd, args);
    await loadParser();
    const result = await onTarget(outside, options, request, (ready) => runTaskFiles(ready, paths, items));
    teller.finish(result.exitCode, result.items, null);
    return result.exitCode;
  } catch (error) {
    const interrupted = interruptionOf(outside.signal);
    const known = toPitstopError(error);
    const exitCode = interrupted ?? known.exitCode;
    teller.finish(exitCode, items, interrupted === null ? known : null);
    if (interrupted === null && known.code === 'internal')
      outside.err(`${error instanceof Error ? error.stack : String(error)}\n`);
    return exitCode;
  }
}

interface Request extends Omit<RunRequest, 'target' | 'embedded'> {
  readonly target: Target | null;
}

async function requestOf(
  outside: Outside,
  options: OptionValues,
  emit: RunRequest['emit'],
  runId: string,
): Promise<Request> {
  const { cwd, clock, now, signal, version } = outside;
  const root = await findRepositoryRoot(cwd);
  const named = options['config'];
  const config = await readConfig(root, typeof named === 'string' ? resolve(cwd, named) : null);
  const env = { ...(await readDotEnv(root)), ...outside.env };
  const url = options['databaseUrl'] ?? env['DATABASE_URL'];
  return {
    runId,
    version,
    root,
    config,
    options: {
      dryRun: options['dryRun'] === true,
      apply: options['apply'] !== false,
      redo: options['redo'] === true,
      takeOver: listOf(options['takeOver']),
      items: options['item'] === undefined ? null : listOf(options['item']),
    },
    target:
      typeof url === 'string' && url !== ''
        ? parseTarget(url, env)
        : (targetOfVariables(env) ?? configured(config.databaseUrl, env)),
    declaredEnvironment: ENVIRONMENTS.find((name) => name === options['environment']) ?? null,
    lab: typeof options['lab'] === 'string' ? options['lab'] : null,
    env,
    clock,
    now,
    emit,
    signal,
  };
}

function listOf(value: OptionValues[string]): readonly string[] {
  return Array.isArray(value) ? value : [];
}

function configured(url: string | undefined, env: Request['env']): Target | null {
  return url === undefined ? null : parseTarget(url, env);
}

/** Runs on the user's target, or on a server that lives as long as the run. */
async function onTarget<T>(
  outside: Outside,
  options: OptionValues,
  request: Request,
  use: (ready: RunRequest) => Promise<T>,
): Promise<T> {
  const { target } = request;
  if (options['embedded'] === true) {
    const { withEmbeddedServer } = await import('../labs/embedded/server.ts');
    return withEmbeddedServer({ signal: outside.signal }, async (server) => {
      const seeds = listOf(options['seed']);
      const { loadSeeds } = await import('./load-seeds.ts');
      const embedded = parseTarget(server.url, { PGSSLMODE: 'disable' });
      await loadSeeds(
        embedded,
        seeds.map((file: string) => resolve(outside.cwd, file)),
      );
      return use({ ...request, target: embedded, embedded: true });
    });
  }
  if (target === null) {
    throw new PitstopError('target-undeclared', 'no database is named', {
      hint: 'Pass --database-url, set DATABASE_URL or the PG* variables, or set databaseUrl in pitstop.config.json.',
    });
  }
  return use({ ...request, target, embedded: false });
}

async function taskPaths(root: string, cwd: string, args: readonly string[]): Promise<string[]> {
  if (args.length > 0) return Promise.all(args.map((given) => resolveGiven(root, cwd, given)));
  const found = await discoverTaskFiles(root);
  if (found.length > 0) return found;
  throw new PitstopError(
    'task-file-not-found',
    `there is no tasks/tasks-*-database-performance.md in ${root}`,
    {
      hint: 'Name the task file.',
    },
  );
}

async function resolveGiven(root: string, cwd: string, given: string): Promise<string> {
  const path = await resolveTaskPath(root, given.startsWith('/') ? given : resolve(cwd, given));
  if (!relative(root, path).startsWith('..')) return path;
  throw new PitstopError('usage', `${given} is outside the repository ${root}`, {
    hint: 'Run pitstop in the repository that holds the task file, so that migrations and evidence go there too.',
  });
}

async function readDotEnv(root: string): Promise<Record<string, string | undefined>> {
  try {
    return parseEnv(await readFile(join(root, '.env'), 'utf8'));
  } catch {
    return {};
  }
}

/** Tells what happens: events on standard output under --json, else progress on standard error and a summary. */
function tellerOf(outside: Outside, options: OptionValues) {
  const runId = randomUUID();
  let seq = 0;
  const json = options['json'] === true;
  const emit = (event: RunEvent) => {
    seq += 1;
    if (json) outside.out(eventLine(event, { runId, seq, ts: outside.now() }));
    if (options['quiet'] !== true)
      for (const line of progressLines(event, outside.color)) outside.err(`${line}\n`);
  };
  const finish = (exitCode: number, items: readonly ItemReport[], error: PitstopError | null) => {
    if (json) emit({ type: 'run-finished', exitCode, items, error });
    else outside.out(summary(items, exitCode, outside.color));
    if (!json && error !== null) outside.err(describeError(error));
  };
  return { runId, emit, finish };
}

function interruptionOf(signal: AbortSignal): number | null {
  if (!signal.aborted) return null;
  return signal.reason === 'SIGTERM' ? 143 : 130;
}
