import { relative } from 'node:path';
import type { ExitCode } from '../errors.ts';
import { withTaskFileLock } from '../files/task-file-lock.ts';
import { describeTarget } from '../pg/target.ts';
import { dependenciesOf } from '../task/order.ts';
import type { Item } from '../task/item.ts';
import { chooseItems, type Chosen, type ChosenItems } from './choose-items.ts';
import type { RunContext } from './context.ts';
import { workOn } from './item.ts';
import { untouched } from './item-report.ts';
import { exitCodeOf, strictestExit, type ItemReport } from '../outcome.ts';
import { select } from './select.ts';
import type { RunRequest } from './run-request.ts';
import { settle, withSurroundings } from './surroundings.ts';

export interface RunResult {
  readonly exitCode: ExitCode;
  readonly items: readonly ItemReport[];
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
  const selection = await chooseItems(request.root, paths, request.options.items);
  const files = paths.map((path) => relative(request.root, path));
  return withSurroundings(request, (run) => {
    announce(run, files, selection);
    return withLocks(run, files, async () => {
      await settle(run);
      await workThrough(run, selection.chosen, reports);
      return { exitCode: strictestExit(reports.map(exitCodeOf)), items: reports };
    });
  });
}

function announce(run: RunContext, files: readonly string[], { warnings }: ChosenItems): void {
  run.emit({
    type: 'run-started',
    files,
    target: describeTarget(run.target),
    environment: run.environment,
    lab: run.lab?.name ?? null,
    dryRun: run.options.dryRun,
    warnings,
  });
}

async function workThrough(run: RunContext, chosen: readonly Chosen[], reports: ItemReport[]): Promise<void> {
  for (const [at, one] of chosen.entries()) {
    run.signal.throwIfAborted();
    const report = await oneItem(run, one, reports);
    reports.push(report);
    run.emit({ type: 'item-finished', item: report });
    if (report.reason?.code === 'connection-lost') {
      reports.push(
        ...chosen
          .slice(at + 1)
          .map((other) => leave(other, 'not-started', 'the run ended before it came to this item')),
      );
      return;
    }
  }
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
