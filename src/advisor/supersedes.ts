import type { IndexDefinition, IndexElement } from '../change.ts';
import type { IndexFacts, IndexKey, RelationFacts } from '../facts.ts';
import { canonicalText } from './serves.ts';

/**
 * The existing indexes that a new one makes superfluous: it begins with all of their keys, has their rows and what they
 * hold beside the keys. None that guards a constraint or uniqueness.
 */
export function supersededBy(
  definition: IndexDefinition,
  { indexes }: Pick<RelationFacts, 'indexes'>,
): IndexFacts[] {
  const { method = 'btree', keys, include = [], predicate } = definition;
  if (method !== 'btree') return [];
  const held = new Set([...keys.map(({ column }) => column), ...include]);
  return indexes.filter(
    (index) =>
      index.method === 'btree' &&
      index.valid &&
      !index.unique &&
      index.constraint === null &&
      isSameText(index.predicate, predicate ?? null) &&
      index.included.every((column) => held.has(column)) &&
      index.keys.length <= keys.length &&
      index.keys.every((key, at) => isSame(key, keys[at])),
  );
}

function isSame(key: IndexKey, wanted: IndexElement | undefined): boolean {
  if (wanted === undefined || wanted.collation !== undefined) return false;
  const operators =
    wanted.operatorClass === undefined ? key.defaultOperators : key.operatorClass === wanted.operatorClass;
  const subject =
    wanted.column === null ? isSameText(key.expression, wanted.expression) : key.column === wanted.column;
  return operators && subject && key.descending === wanted.descending && key.nullsFirst === wanted.nullsFirst;
}

function isSameText(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return canonicalText(one) === canonicalText(other);
}
