import { relative } from 'node:path';
import type { Config } from '../config.ts';
import { readTaskFile } from '../files/task-file.ts';
import { recognise } from '../steps/registry.ts';
import { inputFields } from '../task/input.ts';
import type { Item, TaskWarning } from '../task/item.ts';
import { parseTaskFile } from '../task/parse.ts';
import type { Reason } from '../outcome.ts';
import { locateEvidence } from './remembered.ts';
import { readRequestFiles, requestPath } from './request-files.ts';

/** One entry of a task file, as it stands. */
export interface ItemStatus {
  readonly id: string;
  readonly title: string;
  readonly line: number;
  readonly marker: string;
  /** 0 for entries at the top. */
  readonly depth: number;
  /** Null for what is not ours, and for parents. */
  readonly kind: string | null;
  /** What the last run recorded, where it did. */
  readonly outcome: string | null;
  readonly reason: Reason | null;
  readonly request: string | null;
  /** The migrations that its evidence names. */
  readonly migrations: readonly { readonly name: string; readonly up: string }[];
}

export interface FileStatus {
  readonly file: string;
  readonly counts: {
    readonly open: number;
    readonly inProgress: number;
    readonly done: number;
    readonly blocked: number;
    /** Unknown markers: somebody else's, never counted as done. */
    readonly other: number;
  };
  readonly items: readonly ItemStatus[];
  readonly warnings: readonly TaskWarning[];
}

export interface WaitingRequest {
  readonly id: string;
  readonly summary: string;
  readonly file: string;
  readonly item: string;
  readonly path: string;
}

/** Reads how a task file stands: no database, nothing written. */
export async function readFileStatus(root: string, config: Config, path: string): Promise<FileStatus> {
  const file = relative(root, path);
  const { items, warnings } = parseTaskFile((await readTaskFile(path)).text);
  const depths = new Map<string, number>();
  const statuses: ItemStatus[] = [];
  for (const item of items) {
    const depth = item.parentKey === null ? 0 : (depths.get(item.parentKey) ?? 0) + 1;
    depths.set(item.key, depth);
    statuses.push(await statusOf(root, config, file, item, depth));
  }
  return { file, counts: countsOf(items), items: statuses, warnings };
}

/** The requests that an item still waits for. */
export async function readWaitingRequests(
  root: string,
  files: readonly FileStatus[],
): Promise<WaitingRequest[]> {
  const waiting = new Set(
    files.flatMap(({ items }) => items.flatMap(({ request }) => (request === null ? [] : [request]))),
  );
  return (await readRequestFiles(root)).flatMap(({ id, summary, item, rejected }) =>
    item === null || rejected !== null || !waiting.has(id)
      ? []
      : [{ id, summary, file: item.file, item: item.id, path: requestPath(id) }],
  );
}

async function statusOf(
  root: string,
  config: Config,
  file: string,
  item: Item,
  depth: number,
): Promise<ItemStatus> {
  const { id, title, line, marker } = item;
  const recognition = item.childKeys.length > 0 || item.struck ? null : recognise(inputFields(item));
  const kind = recognition?.result === 'kind' ? recognition.kind.kind : null;
  const common = { id, title, line, marker, depth, kind };
  // Only what pitstop has marked can have evidence, and most entries are open.
  const evidence =
    marker === ' ' || kind === null
      ? null
      : (await locateEvidence(root, config.evidence, file, item)).remembered;
  if (evidence === null) return { ...common, outcome: null, reason: null, request: null, migrations: [] };
  const { outcome, reason } = evidence;
  const migrations = evidence.migrations.map(({ name, up }) => ({ name, up }));
  return { ...common, outcome, reason, request: marker === '!' ? evidence.request : null, migrations };
}

function countsOf(items: readonly Item[]): FileStatus['counts'] {
  const leaves = items.filter((item) => item.childKeys.length === 0);
  const count = (marker: string) => leaves.filter((item) => item.marker === marker).length;
  const [open, inProgress, done, blocked] = [count(' '), count('~'), count('x'), count('!')];
  return { open, inProgress, done, blocked, other: leaves.length - open - inProgress - done - blocked };
}
