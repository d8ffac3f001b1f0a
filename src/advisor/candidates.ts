import type { Node } from '@pgsql/types';
import { renderKey, renderShape, type IndexDefinition, type SqlStep } from '../change.ts';
import type { Plan } from '../explain/plan.ts';
import type { IndexFacts, RelationFacts, ResolvedRelation, ServerTraits } from '../facts.ts';
import { quoteQualified } from '../sql/quote.ts';
import { extensionSteps } from './extension.ts';
import { estimateGainMs, scanMs } from './gain.ts';
import type { IndexDraft } from './index-draft.ts';
import { indexSteps } from './index-steps.ts';
import { methodDrafts } from './methods.ts';
import { indexName, keyLabels } from './name.ts';
import { serves } from './serves.ts';
import type { TableUse } from './shape.ts';
import { shapeOf } from './shape.ts';
import { subjectOf } from './expression.ts';
import { supersededBy } from './supersedes.ts';
import { includedFor, partialOf } from './variants.ts';
import type { Wish, WishKey } from './wish.ts';
import { elementOf, keysOf, wishesOf } from './wish.ts';

/** An index that may make a statement faster; whether it does has to be measured. */
export interface IndexCandidate {
  readonly definition: IndexDefinition;
  /** All that builds it, in order: an extension, the index, for a partitioned table the indexes of its partitions. */
  readonly steps: readonly SqlStep[];
  /** One line for people: `GIN index on shop.articles (tags)`. */
  readonly summary: string;
  /** For people: which conditions and which order of the statement it serves. */
  readonly reason: string;
  /** About what the statement might save; only orders candidates. */
  readonly estimatedGainMs: number;
  /** Existing indexes that it makes superfluous. */
  readonly supersedes: readonly IndexFacts[];
}

export interface IndexQuestion {
  readonly tree: Node;
  readonly relations: readonly ResolvedRelation[];
  readonly plan: Plan;
  /** Relation names that an index must not get, as `schema.name`. */
  readonly taken: ReadonlySet<string>;
  readonly server: ServerTraits;
}

/** More are never tried. */
const MOST = 12;

/** Indexes of all sorts that could serve a statement and that nothing existing serves yet, best first. */
export function indexCandidates({ tree, relations, plan, taken, server }: IndexQuestion): IndexCandidate[] {
  const uses = shapeOf(tree, relations).uses.filter(({ relation }) => isIndexable(relation));
  const plain = withoutRepeats(
    uses.flatMap(unserved).map((wish) => ({ wish, gainMs: estimateGainMs(wish, plan) })),
  );
  const others = uses.flatMap((use) => [...methodDrafts(use, plan, server), ...alternativeDrafts(use, plan)]);
  const covered = uses.flatMap((use) => coveringDrafts(use, plan));
  return ranked(distinct([...plain.flatMap((draft) => variantsOf(draft, plan)), ...covered, ...others]))
    .slice(0, MOST)
    .map((draft) => candidateOf(draft, taken, server));
}

function candidateOf(draft: IndexDraft, taken: ReadonlySet<string>, server: ServerTraits): IndexCandidate {
  const { relation } = draft.use;
  const { schema, name: table } = relation;
  const define = ({ shape, labels }: Pick<IndexDraft, 'shape' | 'labels'>): IndexDefinition => {
    const name = indexName(table, labels, (candidate) => taken.has(`${schema}.${candidate}`));
    return { schema, table, name, ...shape };
  };
  const definition = define(draft);
  const all = [definition, ...draft.beside.map(define)];
  return {
    definition,
    steps: [
      ...extensionSteps(server, draft.extension),
      ...all.flatMap((each) => indexSteps(each, relation, taken)),
    ],
    summary: all.map(summaryOf).join(' and '),
    reason: draft.reason,
    estimatedGainMs: draft.gainMs,
    supersedes: all.flatMap((each) => supersededBy(each, relation)),
  };
}

/** `partial index on shop.orders (customer_id) WHERE status = 'open'` */
export function summaryOf(definition: IndexDefinition): string {
  const { schema, table: name, method = 'btree', predicate } = definition;
  const sort = [
    ...(predicate === undefined ? [] : ['partial ']),
    ...(method === 'btree' ? [] : [`${LABELS[method]} `]),
  ].join('');
  return `${sort}index on ${quoteQualified({ schema, name })} ${renderShape({ ...definition, method: 'btree' })}`;
}

const LABELS = { gin: 'GIN', gist: 'GiST', brin: 'BRIN', hash: 'hash' } as const;

/** An index on a table of tables is built for each; how tables below those hang together is not known. */
function isIndexable({ partitioning }: RelationFacts): boolean {
  return partitioning === null || !partitioning.nested;
}

/** Variants of one table's index that come before the other tables' best ones. */
const VARIANTS = 3;
/** A table where less than this share of the best gain is to be had can wait. */
const WORTH_A_TURN = 0.01;

/**
 * By gain, but with the best of every table near the front: only a handful will be tried, and the fourth variant
 * of one index teaches less than the first index on another table.
 */
function ranked(drafts: readonly IndexDraft[]): IndexDraft[] {
  const byGain = drafts.toSorted((one, other) => other.gainMs - one.gainMs || width(one) - width(other));
  const best = byGain[0]?.gainMs ?? 0;
  const turn = (draft: IndexDraft) => {
    const table = byGain.filter(({ use }) => use.relation.oid === draft.use.relation.oid);
    return table.indexOf(draft) < VARIANTS && draft.gainMs >= WORTH_A_TURN * best ? 0 : 1;
  };
  return byGain.toSorted((one, other) => turn(one) - turn(other));
}

function width({ labels, shape }: IndexDraft): number {
  return labels.length + (shape.predicate === undefined ? 0 : 0.5);
}

/** Several uses, and several wishes, may come to the same index. */
function distinct(drafts: readonly IndexDraft[]): IndexDraft[] {
  const byShape = new Map<string, IndexDraft>();
  for (const draft of drafts) {
    const key = JSON.stringify([draft.use.relation.oid, draft.shape, draft.beside]);
    const known = byShape.get(key);
    if (known === undefined) byShape.set(key, draft);
    else if (known.use !== draft.use) byShape.set(key, { ...known, gainMs: known.gainMs + draft.gainMs });
    else if (known.gainMs < draft.gainMs) byShape.set(key, draft);
  }
  return [...byShape.values()];
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
    const include = serving.length === 0 ? null : includedFor(wish, plan);
    if (include === null || serving.some((index) => holds(index, include))) return [];
    return [covering(wish, include, scanMs(wish, plan) * VISITS)];
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

/** `finds rows of orders by customer_id (looked up from customers), in the order of created_at DESC` */
function reasonOf(wish: Wish): string {
  const from = wish.joins.filter((alias) => alias !== '');
  const source = from.length === 0 ? '' : ` (looked up from ${from.join(', ')})`;
  const equal = wish.equal.length === 0 ? [] : [`by ${wish.equal.join(', ')}${source}`];
  return `finds rows of ${wish.use.alias} ${[...equal, ...tailReasons(wish)].join(', ')}`;
}

function tailReasons({ use, equal, tail, purpose }: Wish): string[] {
  if (tail.length === 0) return [];
  if (purpose === 'grouping') return [`grouped by ${renderKeys(use, tail)}`];
  if (purpose !== 'order') return [`${equal.length === 0 ? '' : 'then '}by ${renderKeys(use, tail)}`];
  const ordered = tail.filter(({ column }) => use.orderBy.some((key) => key.column === column));
  const others = tail.filter((key) => !ordered.includes(key));
  return [
    `in the order of ${renderKeys(use, ordered)}`,
    ...(others.length === 0 ? [] : [`filtered by ${renderKeys(use, others)}`]),
  ];
}

function renderKeys(use: TableUse, keys: readonly WishKey[]): string {
  return keys.map((key) => renderKey(elementOf(use, key))).join(', ');
}
