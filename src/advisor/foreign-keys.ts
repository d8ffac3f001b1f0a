import { createIndexStep } from '../change.ts';
import type { RelationFacts, ResolvedRelation } from '../facts.ts';
import type { IndexCandidate } from './candidates.ts';
import { summaryOf } from './candidates.ts';
import { indexSteps } from './index-steps.ts';
import { indexName } from './name.ts';

/**
 * Indexes on the referencing side of foreign keys that lead to these relations and have none: for each row that is
 * deleted there, or whose key changes, the server looks for the rows that refer to it. The largest table first.
 * @param taken relation names that an index must not get, as `schema.name`
 */
export function foreignKeyIndexes(
  relations: readonly ResolvedRelation[],
  taken: ReadonlySet<string>,
): IndexCandidate[] {
  const referenced = [...new Map(relations.map(({ relation }) => [relation.oid, relation])).values()];
  return referenced
    .flatMap((relation) => relation.referencedBy.map((key) => ({ relation, key })))
    .filter(({ key }) => !key.indexed)
    .toSorted((one, other) => (other.key.rows ?? 0) - (one.key.rows ?? 0))
    .map(({ relation, key }) => {
      const referencing = referenced.find(
        ({ schema, name }) => schema === key.table.schema && name === key.table.name,
      );
      return candidateFor(relation, key, referencing, taken);
    });
}

function candidateFor(
  relation: RelationFacts,
  { name: constraint, table, columns, onDelete }: RelationFacts['referencedBy'][number],
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
