import type { IndexKeyDefinition } from '../change.ts';
import type { RelationFacts } from '../facts.ts';
import type { EqualityColumn, JoinColumn, RangeColumn, TableUse } from './shape.ts';

/** A `TableUse` while its statement is being read. */
export interface UseDraft {
  readonly relation: RelationFacts;
  readonly alias: string;
  readonly equalities: EqualityColumn[];
  readonly ranges: RangeColumn[];
  readonly joins: JoinColumn[];
  orderBy: readonly IndexKeyDefinition[];
  limited: boolean;
  groupBy: readonly string[];
  distinct: readonly string[];
}

export function startUse(relation: RelationFacts, alias: string): UseDraft {
  return {
    relation,
    alias,
    equalities: [],
    ranges: [],
    joins: [],
    orderBy: [],
    limited: false,
    groupBy: [],
    distinct: [],
  };
}

/** Puts together what several conditions say of one column; a single value beats a list, an equality a range. */
export function finishUse(draft: UseDraft): TableUse {
  const equalities = [...new Set(draft.equalities.map(({ column }) => column))].map((column) => ({
    column,
    list: draft.equalities.every((equality) => equality.column !== column || equality.list),
  }));
  const ranges = [...new Set(draft.ranges.map(({ column }) => column))]
    .filter((column) => !equalities.some((equality) => equality.column === column && !equality.list))
    .map((column) => {
      const own = draft.ranges.filter((range) => range.column === column);
      return { column, lower: own.some(({ lower }) => lower), upper: own.some(({ upper }) => upper) };
    });
  const joins = new Map(draft.joins.map((join) => [JSON.stringify(join), join]));
  return { ...draft, equalities, ranges, joins: [...joins.values()] };
}
