import { createIndexStep } from '../change.ts';
import type { ReferencingFacts, RelationFacts, ResolvedRelation } from '../facts.ts';
import { updatedColumns } from '../sql/updated-columns.ts';
import { fieldsOf, nodesOf } from '../sql/walk.ts';
import type { Write, WritingStatement } from '../sql/writing-statement.ts';
import type { IndexCandidate } from './candidates.ts';
import { summaryOf } from './candidates.ts';
import { indexSteps } from './index-steps.ts';
import { indexName } from './name.ts';

/** A foreign key that leads to a table whose rows go, or whose keys change. */
export interface FollowedKey {
  readonly relation: RelationFacts;
  readonly key: ReferencingFacts;
}

/**
 * The foreign keys that a statement makes the server follow backwards: for each row that is deleted, or whose key
 * changes, it looks for the rows that refer to it, and where those are deleted too, for the rows that refer to them.
 * @param unknown of a table behind a foreign key that is not among the relations, whether a change of columns may concern
 *   it: while they are being read it may, and once they are it was found not to
 */
export function followedKeys(
  statement: WritingStatement,
  relations: readonly ResolvedRelation[],
  unknown: 'may-be-followed' | 'is-not-followed',
): FollowedKey[] {
  const known = tablesOf(relations);
  const followed: FollowedKey[] = [];
  const losing = new Set<RelationFacts>();
  const pending = statement.writes.flatMap((write) => {
    const relation = relations.find(
      ({ reference }) => reference.schema === write.schema && reference.name === write.table,
    )?.relation;
    return relation === undefined ? [] : [{ relation, updated: updatedIn(statement, write, relation) }];
  });
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const { relation, updated } = next;
    if (updated === null && losing.has(relation)) continue;
    if (updated === null) losing.add(relation);
    for (const key of relation.referencedBy) {
      const referencing = known.find(isNamed(key.table));
      if (updated !== null && !isKeyAmong(updated, key, referencing, unknown)) continue;
      if (followed.every((other) => other.key !== key)) followed.push({ relation, key });
      if (updated === null && key.onDelete === 'cascade' && referencing !== undefined)
        pending.push({ relation: referencing, updated: null });
    }
  }
  return followed;
}

/** The columns that a write changes; null where rows go. */
function updatedIn(
  { sql, tree }: WritingStatement,
  { verb }: Write,
  relation: RelationFacts,
): readonly string[] | null {
  const deletes = [...nodesOf(tree)].some(
    (node) => fieldsOf(node, 'MergeWhenClause')?.commandType === 'CMD_DELETE',
  );
  return verb === 'DELETE' || (verb === 'MERGE' && deletes) ? null : updatedColumns(sql, relation);
}

/** Whether a foreign key refers to one of these columns. */
function isKeyAmong(
  columns: readonly string[],
  { name }: ReferencingFacts,
  referencing: RelationFacts | undefined,
  unknown: 'may-be-followed' | 'is-not-followed',
): boolean {
  if (columns.length === 0) return false;
  const key = referencing?.foreignKeys.find((one) => one.name === name);
  if (key === undefined) return unknown === 'may-be-followed';
  return key.referencedColumns.some((column) => columns.includes(column));
}

/**
 * Indexes on the referencing side of foreign keys that have none: the largest table first.
 * @param relations the referencing tables, as far as they are known
 * @param taken relation names that an index must not get, as `schema.name`
 */
export function foreignKeyIndexes(
  keys: readonly FollowedKey[],
  relations: readonly ResolvedRelation[],
  taken: ReadonlySet<string>,
): IndexCandidate[] {
  const known = tablesOf(relations);
  const candidates = keys
    .filter(({ key }) => !key.indexed)
    .toSorted((one, other) => (other.key.rows ?? 0) - (one.key.rows ?? 0))
    .map((followed) => candidateFor(followed, known.find(isNamed(followed.key.table)), taken));
  // Two foreign keys may have the same columns.
  return candidates.filter(
    ({ summary }, at) => candidates.findIndex((other) => other.summary === summary) === at,
  );
}

function candidateFor(
  { relation, key: { name: constraint, table, columns, onDelete } }: FollowedKey,
  referencing: RelationFacts | undefined,
  taken: ReadonlySet<string>,
): IndexCandidate {
  const definition = {
    schema: table.schema,
    table: table.name,
    name: indexName(table.name, columns, (name) => taken.has(`${table.schema}.${name}`)),
    keys: columns.map((column) => ({ column, descending: false, nullsFirst: false })),
  };
  return {
    definition,
    steps:
      referencing === undefined ? [createIndexStep(definition)] : indexSteps(definition, referencing, taken),
    summary: summaryOf(definition),
    reason: `finds the rows of ${table.name} that refer to a row of ${relation.name} (${constraint}, on delete ${onDelete})`,
    estimatedGainMs: 0,
    supersedes: [],
  };
}

function tablesOf(relations: readonly ResolvedRelation[]): RelationFacts[] {
  return [...new Map(relations.map(({ relation }) => [relation.oid, relation])).values()];
}

function isNamed(table: {
  readonly schema: string;
  readonly name: string;
}): (relation: RelationFacts) => boolean {
  return ({ schema, name }) => schema === table.schema && name === table.name;
}
