import type { Node } from '@pgsql/types';
import { renderShape, type IndexDefinition, type SqlStep } from '../change.ts';
import type { Plan } from '../explain/plan.ts';
import type { IndexFacts, RelationFacts, ResolvedRelation, ServerTraits } from '../facts.ts';
import { quoteQualified } from '../sql/quote.ts';
import { btreeDrafts } from './btree-drafts.ts';
import { extensionSteps } from './extension.ts';
import type { IndexDraft } from './index-draft.ts';
import { indexSteps } from './index-steps.ts';
import { methodDrafts } from './methods.ts';
import { indexName } from './name.ts';
import { shapeOf } from './shape.ts';
import { supersededBy } from './supersedes.ts';

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
  const others = uses.flatMap((use) => methodDrafts(use, plan, server));
  return ranked(distinct([...btreeDrafts(uses, plan), ...others]))
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
