import { isDeepStrictEqual } from 'node:util';
import { renderStatement } from './render.ts';
import { arithmetic } from './rules/arithmetic.ts';
import { correlatedAggregateToJoin } from './rules/correlated-aggregate-to-join.ts';
import { countToExists } from './rules/count-to-exists.ts';
import { countsToOneScan } from './rules/counts-to-one-scan.ts';
import { distinctJoinToExists } from './rules/distinct-join-to-exists.ts';
import { distinctOnToLateral } from './rules/distinct-on-to-lateral.ts';
import { distinctToLooseScan } from './rules/distinct-to-loose-scan.ts';
import { exceptToNotExists } from './rules/except-to-not-exists.ts';
import { extremeToFirstRow } from './rules/extreme-to-first-row.ts';
import { lookupToJoin } from './rules/lookup-to-join.ts';
import { lookupsToLateral } from './rules/lookups-to-lateral.ts';
import { notInToNotExists } from './rules/not-in-to-not-exists.ts';
import { offsetToDeferredJoin } from './rules/offset-to-deferred-join.ts';
import { offsetToKeyset } from './rules/offset-to-keyset.ts';
import { orToOrderedUnion } from './rules/or-to-ordered-union.ts';
import { orToUnionAll } from './rules/or-to-union-all.ts';
import { rowNumberToDistinctOn } from './rules/row-number-to-distinct-on.ts';
import { coalesceToOr } from './rules/coalesce.ts';
import { cteInline, cteMaterialize } from './rules/cte-fence.ts';
import { dateToRange } from './rules/date-to-range.ts';
import { distinctOnKey } from './rules/distinct-on-key.ts';
import { integerComparison } from './rules/integer-comparison.ts';
import { jsonbContainment } from './rules/jsonb-containment.ts';
import { keyset } from './rules/keyset.ts';
import { notDistinct } from './rules/not-distinct.ts';
import { nullsOrder } from './rules/nulls-order.ts';
import { orderWithoutIndex } from './rules/order-without-index.ts';
import { textOfColumn } from './rules/text-of-column.ts';
import { unionToUnionAll } from './rules/union-to-union-all.ts';
import { selfAggregateToWindow } from './rules/self-aggregate-to-window.ts';
import type { Rewriting, RewriteRule, RewriteSubject } from './rule.ts';

/** Every rewrite. A new one is one new file and its name here. Pure waste comes before structure. */
export const REWRITE_RULES: readonly RewriteRule[] = [
  nullsOrder,
  integerComparison,
  dateToRange,
  keyset,
  notDistinct,
  coalesceToOr,
  textOfColumn,
  arithmetic,
  jsonbContainment,
  distinctOnKey,
  unionToUnionAll,
  cteInline,
  notInToNotExists,
  countToExists,
  correlatedAggregateToJoin,
  selfAggregateToWindow,
  lookupToJoin,
  lookupsToLateral,
  countsToOneScan,
  orToUnionAll,
  orToOrderedUnion,
  distinctToLooseScan,
  distinctOnToLateral,
  rowNumberToDistinctOn,
  distinctJoinToExists,
  exceptToNotExists,
  extremeToFirstRow,
  offsetToDeferredJoin,
  offsetToKeyset,
  orderWithoutIndex,
  cteMaterialize,
];

/** A statement that could take the place of another. */
export interface RewriteCandidate {
  /** The names of the rules that made it, in the order in which they did. */
  readonly rules: readonly string[];
  readonly sql: string;
  readonly reason: string;
  readonly meaning: Rewriting['meaning'];
}

/** How often rules are applied to what other rules made. */
const DEPTH = 2;

/** All statements that the rules make of one, without repeats; those of one rule before those of several. */
export function rewriteCandidates(subject: RewriteSubject): RewriteCandidate[] {
  const found: RewriteCandidate[] = [];
  let layer: readonly Draft[] = [{ rules: [], reasons: [], tree: subject.tree, meaning: 'same' }];
  for (let depth = 0; depth < DEPTH; depth += 1) {
    layer = layer.flatMap((draft) => applied(subject, draft));
    for (const draft of layer) {
      const sql = renderStatement(subject, draft.tree);
      if (sql === null || sql === subject.sql || found.some((known) => known.sql === sql)) continue;
      found.push({ rules: draft.rules, sql, reason: draft.reasons.join('; '), meaning: draft.meaning });
    }
  }
  return found;
}

interface Draft {
  readonly rules: readonly string[];
  readonly reasons: readonly string[];
  readonly tree: RewriteSubject['tree'];
  readonly meaning: Rewriting['meaning'];
}

/** What each rule makes of a draft that it has not made already. */
function applied(subject: RewriteSubject, draft: Draft): Draft[] {
  return REWRITE_RULES.filter(({ name }) => !draft.rules.includes(name)).flatMap(({ name, apply }) =>
    apply({ ...subject, tree: draft.tree })
      .filter(({ tree }) => !isDeepStrictEqual(tree, draft.tree))
      .map(({ tree, reason, meaning }) => ({
        rules: [...draft.rules, name],
        reasons: [...draft.reasons, reason],
        tree,
        meaning: meaning === 'interface' ? meaning : draft.meaning,
      })),
  );
}
