import { resolve } from 'node:path';
import { PitstopError } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { ItemReport } from '../outcome.ts';
import { runTaskFiles } from '../pipeline/run.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import { parseTarget, type Target } from '../pg/target.ts';
import { redact } from '../report/redact.ts';
import { progressLines, summary } from '../report/terminal.ts';
import { loadParser } from '../sql/parse.ts';
import type { OptionValues, Outside } from './command.ts';
import { eventLine } from './event-line.ts';
import { listOf, openProject, requireTarget, targetOf } from './project.ts';
import { requestOf, type Untargeted } from './run-request.ts';
import { describeError, toPitstopError } from './to-error.ts';

/** Everything behind `pitstop run`, loaded only when it runs. */
export async function runCommand(
  outside: Outside,
  args: readonly string[],
  options: OptionValues,
): Promise<number> {
  return (await workOnItems(outside, args, options, null)).exitCode;
}

/**
 * Works through task files and tells of it as `run` does.
 * @param approveOnly the one request to ask about, for `pitstop approve`; null for whatever comes up
 */
export async function workOnItems(
  outside: Outside,
  args: readonly string[],
  options: OptionValues,
  approveOnly: string | null,
): Promise<{ readonly exitCode: number; readonly items: readonly ItemReport[] }> {
  const teller = tellerOf(outside, options);
  const items: ItemReport[] = [];
  try {
    const project = await openProject(outside, args, options);
    const untargeted = requestOf(outside, options, project, teller);
    const request = { ...untargeted, approving: { ...untargeted.approving, approveOnly } };
    const target = options['embedded'] === true ? null : targetOf(project, options);
    await loadParser();
    const result = await onTarget(outside, options, request, target, (ready) =>
      runTaskFiles(ready, project.paths, items),
    );
    teller.finish(result.exitCode, result.items, result.error);
    return result;
  } catch (error) {
    const interrupted = interruptionOf(outside.signal);
    const known = toPitstopError(error);
    const exitCode = interrupted ?? known.exitCode;
    teller.finish(exitCode, items, interrupted === null ? known : null);
    if (interrupted === null && known.code === 'internal')
      outside.err(`${error instanceof Error ? error.stack : String(error)}\n`);
    return { exitCode, items };
  }
}

/** Runs on the user's target, or on a server that lives as long as the run. */
async function onTarget<T>(
  outside: Outside,
  options: OptionValues,
  request: Untargeted,
  target: Target | null,
  use: (ready: RunRequest) => Promise<T>,
): Promise<T> {
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
  if (options['seed'] !== undefined) {
    throw new PitstopError('usage', '--seed fills the embedded server only', { hint: 'Add --embedded.' });
  }
  return use({ ...request, target: requireTarget(target), embedded: false });
}

/** Tells what happens: events on standard output under --json, else progress on standard error and a summary. */
function tellerOf(outside: Outside, options: OptionValues) {
  const runId = outside.newId();
  let seq = 0;
  const json = options['json'] === true;
  const emit = (event: RunEvent) => {
    seq += 1;
    if (json) outside.out(eventLine(event, { runId, seq, ts: outside.now() }));
    if (options['quiet'] !== true)
      for (const line of progressLines(event, outside.color)) outside.err(`${line}\n`);
  };
  const finish = (exitCode: number, reports: readonly ItemReport[], error: PitstopError | null) => {
    // The reports are the run's own, as they were before anything was written or told.
    const items = redact(reports);
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
