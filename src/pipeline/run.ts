import { relative } from 'node:path';
import { EXIT, PitstopError, type ExitCode } from '../errors.ts';
import { withTaskFileLock } from '../files/task-file-lock.ts';
import { describeTarget } from '../pg/target.ts';
import { dependenciesOf } from '../task/order.ts';
import type { Item } from '../task/item.ts';
import { chooseItems, type Chosen, type ChosenItems } from './choose-items.ts';
import { commitRecorded, openCommits } from './commits.ts';
import type { RunContext } from './context.ts';
import { workOn } from './item.ts';
import { untouched } from './item-report.ts';
import { exitCodeOf, strictestExit, type ItemReport } from '../outcome.ts';
import { pushThroughGate, REMOTE, requireRemote } from './push.ts';
import { select } from './select.ts';
import type { RunRequest } from './run-request.ts';
import { settle, withSurroundings } from './surroundings.ts';

export interface RunResult {
  readonly exitCode: ExitCode;
  readonly items: readonly ItemReport[];
  /** What went wrong beside the items: a commit, or a push. */
  readonly error: PitstopError | null;
}

/**
 * Works through task files, in order. Everything wrong with the input ends the run before anything is touched; what
 * is wrong with one item ends that item. `reports` fills up as items finish, so that an interrupted run can tell.
 */
export async function runTaskFiles(
  request: RunRequest,
  paths: readonly string[],
  reports: ItemReport[],
): Promise<RunResult> {
  requireOneBranch(request, paths);
  const selection = await chooseItems(request.root, paths, request.options.items);
  const files = paths.map((path) => relative(request.root, path));
  return withSurroundings(request, (run) => {
    announce(run, files, selection);
    return withLocks(run, files, async () => {
      const [file = ''] = files;
      const opened = run.options.commit ? await openCommits(run, file) : null;
      if (opened !== null && run.options.push) await requireRemote(run, opened.branch);
      await settle(run);
      // Another branch may have another task file.
      const { chosen } =
        opened?.how === 'switched' ? await chooseItems(run.root, paths, run.options.items) : selection;
      const failure = await workThrough(run, chosen, reports, opened?.branch ?? null);
      const end = opened === null ? null : await endOf(run, opened.branch, failure);
      const codes = [...reports.map(exitCodeOf), end?.exitCode ?? EXIT.ok];
      return { exitCode: strictestExit(codes), items: reports, error: end?.error ?? null };
    });
  });
}

function announce(run: RunContext, files: readonly string[], { warnings }: ChosenItems): void {
  run.emit({
    type: 'run-started',
    files,
    target: describeTarget(run.target),
    environment: run.environment,
    lab: run.labName,
    dryRun: run.options.dryRun,
    warnings,
  });
}

/** Each task file has a branch of its own, and a work tree has one at a time. */
function requireOneBranch({ options, root }: RunRequest, paths: readonly string[]): void {
  if (options.push && !options.commit) {
    throw new PitstopError('usage', '--push sends the commits of --commit', { hint: 'Add --commit.' });
  }
  if (!options.commit || paths.length < 2) return;
  throw new PitstopError(
    'usage',
    'with --commit a run works on one task file: each has a branch of its own',
    {
      hint: 'Name them one by one.',
      candidates: paths.map((path) => relative(root, path)),
    },
  );
}

/** What is left when all items are done: the push, unless a commit is missing. */
async function endOf(
  run: RunContext,
  branch: string,
  failure: PitstopError | null,
): Promise<Pick<RunResult, 'exitCode' | 'error'>> {
  if (failure !== null) return { exitCode: failure.exitCode, error: failure };
  if (!run.options.push) return { exitCode: EXIT.ok, error: null };
  run.signal.throwIfAborted();
  return pushThroughGate(run, REMOTE, branch);
}

/**
 * Works on the items in order.
 * @param branch where each is committed; null for no commits
 * @returns the first commit's failure
 */
async function workThrough(
  run: RunContext,
  chosen: readonly Chosen[],
  reports: ItemReport[],
  branch: string | null,
): Promise<PitstopError | null> {
  let failure: PitstopError | null = null;
  for (const [at, one] of chosen.entries()) {
    run.signal.throwIfAborted();
    const report = await oneItem(run, one, reports);
    reports.push(report);
    const uncommitted = branch === null ? null : await commitRecorded(run, branch, one);
    failure ??= uncommitted;
    run.emit({ type: 'item-finished', item: report });
    if (report.reason?.code === 'connection-lost') {
      reports.push(
        ...chosen
          .slice(at + 1)
          .map((other) => leave(other, 'not-started', 'the run ended before it came to this item')),
      );
      return failure;
    }
  }
  return failure;
}

async function oneItem(run: RunContext, one: Chosen, reports: readonly ItemReport[]): Promise<ItemReport> {
  const { file, item } = one;
  const selection = await select(run, file, item);
  if (!selection.work) return selection.report;
  const open = dependenciesOf(item, one.items).find((needed) => markerNow(needed, file, reports) !== 'x');
  if (open !== undefined) return leave(one, 'waits-for', `it depends on ${open.id}, which is not done`);
  const report = await workOn(run, file, item);
  if (report.reason?.code !== 'connection-lost') await run.renewProbing();
  return report;
}

/** The marker that this run has given an item, or that it had before. */
function markerNow(item: Item, file: string, reports: readonly ItemReport[]): string {
  return reports.find((report) => report.file === file && report.line === item.line)?.marker ?? item.marker;
}

function leave({ file, item }: Chosen, code: string, message: string): ItemReport {
  return untouched(file, item, null, { code, message }, null);
}

/** One runner at a time on each file; a dry run writes nothing and waits for nobody. */
async function withLocks<T>(run: RunContext, files: readonly string[], use: () => Promise<T>): Promise<T> {
  const [file, ...others] = files;
  if (file === undefined || run.options.dryRun) return use();
  return withTaskFileLock(run.root, file, () => withLocks(run, others, use));
}
