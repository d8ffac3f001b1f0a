import { relative } from 'node:path';
import { PitstopError } from '../errors.ts';
import { readTaskFile } from '../files/task-file.ts';
import { findItem } from '../task/find.ts';
import type { Item, TaskWarning } from '../task/item.ts';
import { orderByDependencies } from '../task/order.ts';
import { parseTaskFile } from '../task/parse.ts';

/** One item of a task file, chosen by the command line. */
export interface Chosen {
  /** Relative to the repository's root. */
  readonly file: string;
  readonly item: Item;
  /** All items of its file. */
  readonly items: readonly Item[];
}

export interface ChosenItems {
  /** In the order in which they can be worked on. */
  readonly chosen: readonly Chosen[];
  readonly warnings: readonly (TaskWarning & { readonly file: string })[];
}

/**
 * Reads the task files and picks the items that `ids` name, or all. Parents get a marker from their items and are never
 * worked on themselves; naming one means its items.
 */
export async function chooseItems(
  root: string,
  paths: readonly string[],
  ids: readonly string[] | null,
): Promise<ChosenItems> {
  const chosen: Chosen[] = [];
  const warnings: ChosenItems['warnings'][number][] = [];
  const missing = new Set(ids);
  for (const path of paths) {
    const file = relative(root, path);
    const { items, warnings: found } = parseTaskFile((await readTaskFile(path)).text);
    warnings.push(...found.map((warning) => ({ file, ...warning })));
    const leaves = orderByDependencies(items);
    const wanted = ids === null ? null : new Set(ids.flatMap((id) => keysNamed(items, id, missing)));
    for (const item of leaves) if (wanted?.has(item.key) ?? true) chosen.push({ file, item, items });
  }
  const [unknown] = missing;
  if (unknown !== undefined) {
    throw new PitstopError('item-not-found', `no item has the id ${unknown}`, {
      hint: 'The ids are those of the task file, such as 1.2; without one, #L42 names the item in line 42.',
    });
  }
  return { chosen, warnings };
}

/** The item of that id and everything below it; none where the file has no such id. */
function keysNamed(items: readonly Item[], id: string, missing: Set<string>): string[] {
  try {
    const { key } = findItem({ items, warnings: [] }, id);
    missing.delete(id);
    const keys = new Set([key]);
    for (const item of items) if (item.parentKey !== null && keys.has(item.parentKey)) keys.add(item.key);
    return [...keys];
  } catch (error) {
    if (error instanceof PitstopError && error.code === 'item-not-found') return [];
    throw error;
  }
}
