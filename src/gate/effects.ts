import { formatBytes, formatCount } from '../report/format.ts';
import { printable } from '../report/printable.ts';
import type { TouchAction, TouchedType } from '../sql/object.ts';
import { displayName } from '../sql/object-names.ts';
import { quoteName } from '../sql/quote.ts';
import { kindOf, listOf } from './effect-words.ts';
import type { Dependents, ObjectState } from './object-facts.ts';

/** What is known of one statement. */
export interface EffectFacts {
  /** In the order of the statement. */
  readonly objects: readonly ObjectState[];
  /** Whether it may do more than its text shows. */
  readonly opaque: boolean;
  /** Null where they were not asked for. */
  readonly dependents: Dependents | null;
}

/** What a statement does, a sentence a line, for the person who has to answer for it. Numbers are estimates, and say so. */
export function effectLines({ objects, opaque, dependents }: EffectFacts): string[] {
  // That a table is altered is in what is done to its columns, constraints and indexes.
  const told = objects.filter((state) => !isContext(state, objects));
  const lines = told.map((state) => {
    const line = state.found || expectsNothing(state) ? effectOf(state) : missing(state);
    return state.object.later ? `when what it defines is used: ${line}` : line;
  });
  if (dependents !== null) lines.push(...dependentLines(dependents, objects));
  if (opaque) lines.push('may do more than can be seen here: it runs SQL that is built or kept elsewhere');
  if (lines.length === 0) lines.push('names no object that it changes: read the statement itself');
  return lines.map(printable);
}

function isContext({ object }: ObjectState, all: readonly ObjectState[]): boolean {
  return (
    object.action === 'alter' &&
    object.type === 'table' &&
    all.some(
      ({ object: other }) =>
        other.on !== null && other.on.name === object.name && other.on.schema === object.schema,
    )
  );
}

function expectsNothing({ object }: ObjectState): boolean {
  return object.action === 'create' || object.action === 'replace';
}

function missing(state: ObjectState): string {
  return `${nameOf(state)} does not exist`;
}

function effectOf(state: ObjectState): string {
  const name = nameOf(state);
  // Even EXPLAIN would send the statement.
  const condition = `${rowsOf(state.rows)} in all, the condition is not estimated`;
  const role = state.object.type === 'role';
  const sentences: Record<TouchAction, string> = {
    drop: `removes ${name}${sizeOf(state)}${placeOf(state)}`,
    'drop-owned': `removes everything that ${name} owns in this database, and its rights there`,
    truncate: `empties ${name}: ${rowsOf(state.rows)}${withIndexes(state, ', ')}`,
    delete: `deletes rows of ${name}: ${condition}`,
    'delete-all': `deletes every row of ${name}: ${rowsOf(state.rows)}`,
    update: `changes rows of ${name}: ${condition}`,
    'update-all': `changes every row of ${name}: ${rowsOf(state.rows)}`,
    insert: `adds rows to ${name}`,
    merge: `adds, changes or deletes rows of ${name}: ${rowsOf(state.rows)} in all`,
    create: state.found ? `${name} exists already` : `creates ${name}`,
    replace: state.found ? `replaces ${name}` : `creates ${name}`,
    alter: `alters ${name}${placeOf(state)}`,
    rename: `renames ${name}; whoever uses the old name fails`,
    rewrite: `rewrites ${name}: ${rowsOf(state.rows)}${withIndexes(state, ', ')}`,
    reindex: `rebuilds ${state.object.type === 'index' ? name : `all indexes of ${name}`}${sizeOf(state)}${placeOf(state)}`,
    refresh: `computes ${name} anew${sizeOf(state)}`,
    vacuum: `vacuums ${name}${sizeOf(state)}`,
    analyze: `collects statistics of ${name}`,
    grant: role ? `makes ${name} part of a membership` : `gives rights on ${name}`,
    revoke: role ? `ends a membership of ${name}` : `takes rights on ${name} away`,
    comment: `comments on ${name}`,
    lock: `locks ${name}`,
  };
  return sentences[state.object.action];
}

const PLACED: ReadonlySet<TouchedType> = new Set(['trigger', 'policy', 'rule', 'constraint', 'column']);

/** `index shop.orders_notes_idx`, `column notes of shop.orders`: as the catalog knows it, else as the statement does. */
function nameOf({ object, identity, kind, table }: ObjectState): string {
  const word = kindOf(kind ?? object.what);
  if (identity === null) return `${word} ${displayName(object)}`;
  if (!PLACED.has(object.type)) return `${word} ${plain(identity)}`;
  const on =
    table?.identity ??
    (object.on === null
      ? null
      : displayName({ ...object, ...object.on, type: 'table', on: null, args: null }));
  return `${word} ${quoteName(object.name)}${on === null ? '' : ` of ${on}`}`;
}

/** ` (18.1 MB, 0 scans since 2026-11-01)`. */
function sizeOf(state: ObjectState): string {
  const { object, sizeBytes, scans, scansSince, indexes } = state;
  const parts = [
    ...(indexes === null ? [] : [rowsOf(state.rows)]),
    ...(sizeBytes === null || sizeBytes === 0 ? [] : [withIndexes(state, '')]),
    ...(object.type !== 'index' || scans === null
      ? []
      : [
          `${formatCount(scans)} ${scans === 1 ? 'scan' : 'scans'} ${scansSince === null ? 'counted' : `since ${scansSince}`}`,
        ]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** `1.2 GB with its 4 indexes`. */
function withIndexes({ sizeBytes, indexes }: ObjectState, before: string): string {
  if (sizeBytes === null) return '';
  return `${before}${formatBytes(sizeBytes)}${indexes === null || indexes === 0 ? '' : ` with ${itsIndexes(indexes)}`}`;
}

/** ` of shop.orders (about 120,000 rows)`; where the name does not say the table, only the rows. */
function placeOf({ object, table }: ObjectState): string {
  if (table === null) return '';
  const place = PLACED.has(object.type) ? '' : ` of ${table.identity}`;
  return `${place} (${rowsOf(table.rows)})`;
}

function dependentLines(
  { along, cascaded, blocking, deletedRows }: Dependents,
  objects: readonly ObjectState[],
): string[] {
  const empties = objects.every(({ object }) => object.action !== 'drop' && object.action !== 'drop-owned');
  const list = (dependents: Dependents['along']) => listOf(dependents.filter(({ internal }) => !internal));
  const lines = [
    [list(along), empties ? 'also empties' : 'takes along'],
    [list(cascaded), empties ? 'CASCADE also empties' : 'CASCADE also removes'],
    [list(blocking), 'fails as it stands, because of'],
    [list(deletedRows), 'ON DELETE CASCADE also deletes rows of'],
  ] as const;
  return lines.flatMap(([text, words]) => (text === null ? [] : [`${words} ${text}`]));
}

/** A lock that the statement takes, and what it does while it holds it. */
export interface LockFacts {
  /** In the words of the manual or the catalog: `ACCESS EXCLUSIVE`, `AccessExclusiveLock`. */
  readonly lock: string;
  /** What waits meanwhile: `reads and writes`, `writes`; null where neither does. */
  readonly blocks: string | null;
  /** Whether it reads the whole table under it. */
  readonly scans: boolean;
  /** Whether it writes the whole table anew under it. */
  readonly rewrites: boolean;
}

/** Which lock, whom it keeps waiting, and what decides how long: amounts of work, never seconds. */
export function lockLine(
  { lock, blocks, scans, rewrites }: LockFacts,
  table: Pick<ObjectState, 'heapBytes' | 'indexes'> & { readonly identity: string },
): string {
  const { identity, heapBytes, indexes } = table;
  const bytes = heapBytes === null ? 'the table' : formatBytes(heapBytes);
  const more = indexes === null || indexes === 0 ? '' : ` and ${itsIndexes(indexes)}`;
  const held = rewrites
    ? `holds it for as long as it takes to write ${bytes} anew${more}`
    : scans
      ? `holds it for as long as it takes to read ${bytes}`
      : 'changes the catalog only, so it holds for moments once it has the lock';
  return printable(
    `takes ${lockName(lock)} on ${identity}: blocks ${blocks ?? 'neither reads nor writes'}; ${held}`,
  );
}

/** `AccessExclusiveLock` as the manual writes it. */
function lockName(lock: string): string {
  return lock
    .replace(/Lock$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
}

function itsIndexes(count: number): string {
  return count === 1 ? 'its index' : `its ${formatCount(count)} indexes`;
}

function rowsOf(rows: number | null): string {
  if (rows === null) return 'rows never counted';
  if (rows === 0) return 'no rows when last counted';
  return `about ${formatCount(rows)} ${Math.round(rows) === 1 ? 'row' : 'rows'}`;
}

/** Nobody writes `pg_catalog.text`. */
function plain(identity: string): string {
  return identity.replaceAll('pg_catalog.', '');
}
