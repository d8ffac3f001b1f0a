import type { IndexKeyDefinition } from '../change.ts';
import type { RelationFacts } from '../facts.ts';
import type {
  ConstantFilter,
  EqualityColumn,
  JoinColumn,
  OperatorUse,
  RangeColumn,
  TableUse,
} from './shape.ts';
import { generatedSubject, type Subject } from './subject.ts';

/** A `TableUse` while its statement is being read. */
export interface UseDraft {
  readonly relation: RelationFacts;
  readonly alias: string;
  readonly expressions: Map<string, Subject>;
  readonly equalities: EqualityColumn[];
  readonly ranges: RangeColumn[];
  readonly joins: JoinColumn[];
  readonly operators: OperatorUse[];
  readonly filters: ConstantFilter[];
  readonly alternatives: (readonly string[])[];
  readonly columns: Set<string>;
  /** Whether the statement reads whole rows of it, or writes them. */
  wholeRow: boolean;
  orderBy: readonly IndexKeyDefinition[];
  nearest: OperatorUse | null;
  limited: boolean;
  groupBy: readonly string[];
  distinct: readonly string[];
}

export function startUse(relation: RelationFacts, alias: string): UseDraft {
  return {
    relation,
    alias,
    expressions: new Map(),
    equalities: [],
    ranges: [],
    joins: [],
    operators: [],
    filters: [],
    alternatives: [],
    columns: new Set(),
    wholeRow: false,
    orderBy: [],
    nearest: null,
    limited: false,
    groupBy: [],
    distinct: [],
  };
}

/** How the conditions on a column name it: a virtual column is its expression. */
export function subjectName(use: UseDraft, column: string): string {
  const facts = use.relation.columns.find(({ name }) => name === column);
  const subject = facts?.generated?.virtual === true ? generatedSubject(facts, use.relation) : null;
  if (subject === null) return column;
  use.expressions.set(subject.name, subject);
  return subject.name;
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
  const { wholeRow, ...use } = draft;
  return {
    ...use,
    equalities,
    ranges,
    joins: distinctBy(draft.joins),
    operators: distinctBy(draft.operators),
    filters: distinctBy(draft.filters),
    alternatives: distinctBy(draft.alternatives),
    columns: wholeRow ? null : draft.columns,
  };
}

function distinctBy<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
