import { relative } from 'node:path';
import { PitstopError } from '../errors.ts';
import { readTaskFile } from '../files/task-file.ts';
import { describeTarget } from '../pg/target.ts';
import { findItem } from '../task/find.ts';
import type { Item } from '../task/item.ts';
import { parseTaskFile } from '../task/parse.ts';
import { workOn } from './item.ts';
import { untouched } from './item-report.ts';
import { exitCodeOf, strictestExit, type ItemReport } from './outcome.ts';
import { select } from './select.ts';
import { withSurroundings, type RunRequest } from './surroundings.ts';
import type { RunContext } from './context.ts';
import type { ExitCode } from '../errors.ts';

export interface RunResult {
  readonly exitCode: ExitCode;
  readonly items: readonly ItemReport[];
}

/** One item of a task file, chosen by the command line. */
interface Chosen {
  /** Relative to the repository's root. */
  readonly file: string;
  readonly item: Item;
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
  const chosen = await chooseItems(request, paths);
  return withSurroundings(request, async (run) => {
    run.emit({
      type: 'run-started',
      files: paths.map((path) => relative(request.root, path)),
      target: describeTarget(run.target),
      environment: run.environment,
      lab: run.lab?.name ?? null,
      dryRun: run.options.dryRun,
    });
    for (const [at, { file, item }] of chosen.entries()) {
      run.signal.throwIfAborted();
      const report = await oneItem(run, file, item);
      reports.push(report);
      run.emit({ type: 'item-finished', item: report });
      if (report.reason?.code === 'connection-lost') {
        reports.push(...chosen.slice(at + 1).map(notStarted));
        break;
      }
    }
    return { exitCode: strictestExit(reports.map(exitCodeOf)), items: reports };
  });
}

/** Parents get a marker from their items, and are never worked on themselves. */
async function chooseItems({ root, options }: RunRequest, paths: readonly string[]): Promise<Chosen[]> {
  const chosen: Chosen[] = [];
  const missing = new Set(options.items);
  for (const path of paths) {
    const file = relative(root, path);
    const parsed = parseTaskFile((await readTaskFile(path)).text);
    const leaves = parsed.items.filter((item) => item.childKeys.length === 0);
    if (options.items === null) {
      chosen.push(...leaves.map((item) => ({ file, item })));
      continue;
    }
    for (const id of options.items) {
      const item = findOrNull(() => findItem(parsed, id));
      if (item === null) continue;
      missing.delete(id);
      const below =
        item.childKeys.length === 0 ? [item] : leaves.filter((leaf) => isBelow(leaf, item, parsed.items));
      chosen.push(...below.map((leaf) => ({ file, item: leaf })));
    }
  }
  const [unknown] = missing;
  if (unknown !== undefined) {
    throw new PitstopError('item-not-found', `no item has the id ${unknown}`, {
      hint: 'The ids are those of the task file, such as 1.2; without one, #L42 names the item in line 42.',
    });
  }
  return chosen;
}

function findOrNull(find: () => Item): Item | null {
  try {
    return find();
  } catch (error) {
    if (error instanceof PitstopError && error.code === 'item-not-found') return null;
    throw error;
  }
}

function isBelow(item: Item, ancestor: Item, items: readonly Item[]): boolean {
  if (item.parentKey === null) return false;
  if (item.parentKey === ancestor.key) return true;
  const parent = items.find(({ key }) => key === item.parentKey);
  return parent !== undefined && isBelow(parent, ancestor, items);
}

async function oneItem(run: RunContext, file: string, item: Item): Promise<ItemReport> {
  const selection = await select(run, file, item);
  return selection.work ? workOn(run, file, item) : selection.report;
}

function notStarted({ file, item }: Chosen): ItemReport {
  return untouched(
    file,
    item,
    null,
    { code: 'not-started', message: 'the run ended before it came to this item' },
    null,
  );
}
