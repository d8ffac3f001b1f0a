import type { IndexDefinition, IndexKeyDefinition } from '../change.ts';
import { renderKey } from '../change.ts';
import type { Plan } from '../explain/plan.ts';
import { estimateGainMs } from './gain.ts';
import { indexName } from './name.ts';
import { serves } from './serves.ts';
import type { StatementShape, TableUse } from './shape.ts';
import type { Wish } from './wish.ts';
import { keysOf, wishesOf } from './wish.ts';

/** An index that may make a statement faster; whether it does has to be measured. */
export interface IndexCandidate {
  readonly definition: IndexDefinition;
  /** For people: which conditions and which order of the statement it serves. */
  readonly reason: string;
  /** About what the statement might save; only orders candidates. */
  readonly estimatedGainMs: number;
}

/**
 * B-tree indexes that could serve a statement and that nothing existing serves yet, best first.
 * @param taken relation names that an index must not get, as `schema.name`
 */
export function indexCandidates(
  shape: StatementShape,
  plan: Plan,
  taken: ReadonlySet<string>,
): IndexCandidate[] {
  const drafts = shape.uses.flatMap(unserved).map((wish) => ({ wish, gainMs: estimateGainMs(wish, plan) }));
  return ranked(withoutRepeats(drafts)).map(({ wish, gainMs }) => {
    const { schema, name: table } = wish.use.relation;
    const keys = keysOf(wish);
    const columns = keys.map(({ column }) => column);
    const name = indexName(table, columns, (candidate) => taken.has(`${schema}.${candidate}`));
    return { definition: { schema, table, name, keys }, reason: reasonOf(wish), estimatedGainMs: gainMs };
  });
}

/** Variants of one table's index that come before the other tables' best ones. */
const VARIANTS = 3;
/** A table where less than this share of the best gain is to be had can wait. */
const WORTH_A_TURN = 0.01;

/**
 * By gain, but with the best of every table near the front: only a handful will be tried, and the fourth variant
 * of one index teaches less than the first index on another table.
 */
function ranked(drafts: readonly Draft[]): Draft[] {
  const byGain = drafts.toSorted((one, other) => other.gainMs - one.gainMs || width(one) - width(other));
  const best = byGain[0]?.gainMs ?? 0;
  const turn = (draft: Draft) => {
    const table = byGain.filter(({ wish }) => wish.use.relation.oid === draft.wish.use.relation.oid);
    return table.indexOf(draft) < VARIANTS && draft.gainMs >= WORTH_A_TURN * best ? 0 : 1;
  };
  return byGain.toSorted((one, other) => turn(one) - turn(other));
}

interface Draft {
  readonly wish: Wish;
  readonly gainMs: number;
}

/** The wishes that no index grants; a join's own columns are granted where they are together with the constants. */
function unserved(use: TableUse): Wish[] {
  const wishes = wishesOf(use);
  const isServed = (wish: Wish) => use.relation.indexes.some((index) => serves(index, wish));
  const served = wishes.filter(isServed);
  return wishes.filter(
    (wish) =>
      !served.includes(wish) &&
      !served.some(
        (other) =>
          wish.joins.length > 0 &&
          other.joins.join() === wish.joins.join() &&
          wish.equal.every((column) => other.equal.includes(column)) &&
          wish.tail.every(({ column }, at) => other.tail[at]?.column === column),
      ),
  );
}

/** A shorter index stays beside a longer one that begins with it only where it brings nearly as much. */
const NEARLY = 0.9;

function withoutRepeats(drafts: readonly Draft[]): Draft[] {
  const byKeys = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = JSON.stringify([draft.wish.use.relation.oid, keysOf(draft.wish)]);
    const known = byKeys.get(key);
    // Several uses may want the same index: it serves them all.
    if (known === undefined) byKeys.set(key, draft);
    else if (known.wish.use !== draft.wish.use)
      byKeys.set(key, { wish: known.wish, gainMs: known.gainMs + draft.gainMs });
    else if (known.gainMs < draft.gainMs) byKeys.set(key, draft);
  }
  const distinct = [...byKeys.values()];
  return distinct.filter((draft) => !distinct.some((other) => other !== draft && replaces(other, draft)));
}

function replaces(longer: Draft, shorter: Draft): boolean {
  if (longer.wish.use.relation.oid !== shorter.wish.use.relation.oid) return false;
  const keys = keysOf(longer.wish);
  const short = keysOf(shorter.wish);
  const begins = short.every((key, at) => isSameKey(keys[at], key, shorter.wish.anyDirection));
  if (!begins) return false;
  // The same columns in another direction: the one that also serves the order.
  if (keys.length === short.length) return shorter.wish.anyDirection && !longer.wish.anyDirection;
  return shorter.gainMs < NEARLY * longer.gainMs;
}

function isSameKey(
  one: IndexKeyDefinition | undefined,
  other: IndexKeyDefinition,
  anyDirection: boolean,
): boolean {
  if (one === undefined || one.column !== other.column) return false;
  return anyDirection || (one.descending === other.descending && one.nullsFirst === other.nullsFirst);
}

function width({ wish }: Draft): number {
  return wish.equal.length + wish.tail.length;
}

/** `finds rows of orders by customer_id (looked up from customers), in the order of created_at DESC` */
function reasonOf(wish: Wish): string {
  const from = wish.joins.filter((alias) => alias !== '');
  const source = from.length === 0 ? '' : ` (looked up from ${from.join(', ')})`;
  const equal = wish.equal.length === 0 ? [] : [`by ${wish.equal.join(', ')}${source}`];
  return `finds rows of ${wish.use.alias} ${[...equal, ...tailReasons(wish)].join(', ')}`;
}

function tailReasons({ use, equal, tail, purpose }: Wish): string[] {
  if (tail.length === 0) return [];
  if (purpose === 'grouping') return [`grouped by ${renderKeys(tail)}`];
  if (purpose !== 'order') return [`${equal.length === 0 ? '' : 'then '}by ${renderKeys(tail)}`];
  const ordered = tail.filter(({ column }) => use.orderBy.some((key) => key.column === column));
  const others = tail.filter((key) => !ordered.includes(key));
  return [
    `in the order of ${renderKeys(ordered)}`,
    ...(others.length === 0 ? [] : [`filtered by ${renderKeys(others)}`]),
  ];
}

function renderKeys(keys: readonly IndexKeyDefinition[]): string {
  return keys.map(renderKey).join(', ');
}
