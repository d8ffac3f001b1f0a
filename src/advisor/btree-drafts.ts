import type { IndexDefinition } from '../change.ts';
import type { Plan } from '../explain/plan.ts';
import type { IndexFacts } from '../facts.ts';
import { subjectOf } from './expression.ts';
import { estimateGainMs, visitingMs } from './gain.ts';
import type { IndexDraft } from './index-draft.ts';
import { keyLabels } from './name.ts';
import { reasonOf } from './reason.ts';
import { serves } from './serves.ts';
import type { TableUse } from './shape.ts';
import { includedFor, partialOf } from './variants.ts';
import type { Wish, WishKey } from './wish.ts';
import { elementOf, keysOf, wishesOf } from './wish.ts';

/** B-trees that could serve the uses of a statement and that nothing existing serves yet. */
export function btreeDrafts(uses: readonly TableUse[], plan: Plan): IndexDraft[] {
  const wishes = uses.flatMap(unserved).map((wish) => ({ wish, gainMs: estimateGainMs(wish, plan) }));
  return [
    ...withoutRepeats(wishes).flatMap((draft) => variantsOf(draft, plan)),
    ...uses.flatMap((use) => coveringDrafts(use, plan)),
    ...uses.flatMap((use) => alternativeDrafts(use, plan)),
  ];
}

/** Without a visit to the table for each row a scan takes a little less than with it; how much is measured. */
const COVERING = 1.02;
/** A smaller index is as fast as a larger one, but serves fewer statements. */
const PARTIAL = 0.99;

/** Two scans and a bitmap against one scan. */
const TOGETHER = 0.9;

/** For `a = 1 OR b = 2` an index of each that has none: alone none of them helps. */
function alternativeDrafts(use: TableUse, plan: Plan): IndexDraft[] {
  const conditions = [...use.equalities, ...use.ranges, ...use.operators].map(({ column }) => column);
  return use.alternatives.flatMap((columns) => {
    const wishes = columns.map((column) => ({
      use,
      equal: [column],
      tail: [],
      anyDirection: true,
      joins: [],
      purpose: 'lookup' as const,
    }));
    if (columns.some((column) => subjectOf(use, column)?.sortable !== true)) return [];
    const missing = wishes.filter((wish) => !use.relation.indexes.some((index) => serves(index, wish)));
    const [first, ...others] = missing;
    if (first === undefined) return [];
    const gainMs = TOGETHER * estimateGainMs({ ...first, equal: [...columns, ...conditions] }, plan);
    return [
      {
        ...draftOf(first, gainMs),
        reason: `finds rows of ${use.alias} by ${columns.join(' or ')}, each in its own index`,
        beside: others.map((wish) => draftOf(wish, 0)),
      },
    ];
  });
}

/** About what of an index scan's time goes into visits to the table. */
const VISITS = 0.5;

/** Where an index finds the rows already: the same with all columns that the statement reads. */
function coveringDrafts(use: TableUse, plan: Plan): IndexDraft[] {
  return wishesOf(use).flatMap((wish) => {
    const serving = use.relation.indexes.filter((index) => serves(index, wish));
    const spentMs = serving.length === 0 ? 0 : visitingMs(wish, plan);
    const include = spentMs === 0 ? null : includedFor(wish, plan);
    if (include === null || serving.some((index) => holds(index, include))) return [];
    return [covering(wish, include, spentMs * VISITS)];
  });
}

function holds({ keys, included }: IndexFacts, columns: readonly string[]): boolean {
  return columns.every((column) => included.includes(column) || keys.some((key) => key.column === column));
}

/** The index that grants a wish; of only the rows that the statement asks for; with all columns that it reads. */
function variantsOf({ wish, gainMs }: WishDraft, plan: Plan): IndexDraft[] {
  const partial = partialOf(wish);
  const include = includedFor(wish, plan);
  const plain = draftOf(wish, gainMs);
  return [
    plain,
    ...(partial === null
      ? []
      : [
          {
            ...draftOf(partial.wish, gainMs * PARTIAL, { predicate: partial.predicate }),
            reason: `${plain.reason}; holds only those where ${partial.predicate}`,
          },
        ]),
    ...(include === null ? [] : [covering(wish, include, gainMs * COVERING)]),
  ];
}

function covering(wish: Wish, include: readonly string[], gainMs: number): IndexDraft {
  const reason = `${reasonOf(wish)}; has ${include.join(', ')} beside, so that the table need not be read`;
  return { ...draftOf(wish, gainMs, { include }), reason };
}

function draftOf(
  wish: Wish,
  gainMs: number,
  more: Pick<IndexDefinition, 'predicate' | 'include'> = {},
): IndexDraft {
  const { use } = wish;
  const keys = keysOf(wish);
  const labels = keys.map(({ column }) => subjectOf(use, column)?.label ?? column);
  return {
    use,
    shape: { keys: keys.map((key) => elementOf(use, key)), ...more },
    labels: keyLabels([...labels, ...(more.include ?? [])]),
    reason: reasonOf(wish),
    gainMs,
    beside: [],
    extension: null,
  };
}

interface WishDraft {
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

function withoutRepeats(drafts: readonly WishDraft[]): WishDraft[] {
  const byKeys = new Map<string, WishDraft>();
  for (const draft of drafts) {
    const key = JSON.stringify([draft.wish.use.relation.oid, keysOf(draft.wish)]);
    const known = byKeys.get(key);
    // Several uses may want the same index: it serves them all.
    if (known === undefined) byKeys.set(key, draft);
    else if (known.wish.use !== draft.wish.use)
      byKeys.set(key, { wish: known.wish, gainMs: known.gainMs + draft.gainMs });
    else if (known.gainMs < draft.gainMs) byKeys.set(key, draft);
  }
  const kept = [...byKeys.values()];
  return kept.filter((draft) => !kept.some((other) => other !== draft && replaces(other, draft)));
}

function replaces(longer: WishDraft, shorter: WishDraft): boolean {
  if (longer.wish.use.relation.oid !== shorter.wish.use.relation.oid) return false;
  const keys = keysOf(longer.wish);
  const short = keysOf(shorter.wish);
  const begins = short.every((key, at) => isSameKey(keys[at], key, shorter.wish.anyDirection));
  if (!begins) return false;
  // The same columns in another direction: the one that also serves the order.
  if (keys.length === short.length) return shorter.wish.anyDirection && !longer.wish.anyDirection;
  return shorter.gainMs < NEARLY * longer.gainMs;
}

function isSameKey(one: WishKey | undefined, other: WishKey, anyDirection: boolean): boolean {
  if (one === undefined || one.column !== other.column || one.operatorClass !== other.operatorClass)
    return false;
  return anyDirection || (one.descending === other.descending && one.nullsFirst === other.nullsFirst);
}
