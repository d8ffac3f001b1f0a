import { PitstopError } from '../errors.ts';
import type { Item, TaskFile } from './item.ts';

/**
 * The item that a person means by `id`: an id (`3.1`), the second of several equal ones (`3.1@2`, `3.1 (line 40)`), or
 * a line (`#L40`). An id that fits several items is an error that lists them.
 */
export function findItem(file: TaskFile, id: string): Item {
  const wanted = id.trim();
  const exact = pick(
    file.items.filter((item) => item.id === wanted),
    wanted,
  );
  if (exact !== null) return exact;

  const byLine = /^(?:(.*?)(?:@\d+)?\s*\(line (\d+)\)|#L(\d+))$/i.exec(wanted);
  if (byLine !== null) {
    const line = Number(byLine[2] ?? byLine[3]);
    const item = file.items.find((candidate) => candidate.line === line && sameId(candidate, byLine[1]));
    if (item !== undefined) return item;
  }
  const byOrdinal = /^(.+)@(\d+)$/.exec(wanted);
  if (byOrdinal !== null) {
    const item = file.items.filter((candidate) => sameId(candidate, byOrdinal[1]))[Number(byOrdinal[2]) - 1];
    if (item !== undefined) return item;
  }
  const loose = pick(
    file.items.filter((item) => sameId(item, wanted)),
    wanted,
  );
  if (loose !== null) return loose;
  throw new PitstopError('item-not-found', `There is no item ${wanted} in the task file.`, {
    hint: 'Run `pitstop status` to see the items and their ids.',
    candidates: similar(file.items, wanted),
  });
}

function pick(items: readonly Item[], wanted: string): Item | null {
  const [only, ...others] = items;
  if (only === undefined) return null;
  if (others.length === 0) return only;
  const places = items.map((item) => `line ${item.line}: ${item.title}`).join('; ');
  throw new PitstopError('item-ambiguous', `${items.length} items have the id ${wanted} (${places}).`, {
    hint: `Name one of them, as in \`${wanted}@1\` or \`${wanted} (line ${only.line})\`.`,
    line: only.line,
    candidates: items.map((item, index) => `${item.id}@${index + 1} (line ${item.line})`),
  });
}

/** Ids are compared without case, `#` and trailing punctuation. */
function sameId(item: Item, given: string | undefined): boolean {
  return given === undefined || (item.ownId && bare(item.id) === bare(given));
}

function bare(id: string): string {
  return id
    .toLowerCase()
    .replace(/^#/, '')
    .replace(/[.):]+$/, '');
}

function similar(items: readonly Item[], wanted: string): readonly string[] {
  const start = bare(wanted).split(/[.@ ]/)[0] ?? '';
  const near = items.filter((item) => bare(item.id).split('.')[0] === start);
  return (near.length > 0 ? near : items).slice(0, 10).map((item) => `${item.id} (line ${item.line})`);
}
