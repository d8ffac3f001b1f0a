import {
  attachIndexStep,
  createIndexStep,
  createParentIndexStep,
  type IndexDefinition,
  type SqlStep,
} from '../change.ts';
import type { RelationFacts } from '../facts.ts';
import { indexName } from './name.ts';

/**
 * What builds an index. A partitioned table's cannot be built concurrently: it is built on one partition after
 * the other, then declared for the whole, and valid once it has all of theirs.
 * @param taken relation names that are in use, as `schema.name`
 */
export function indexSteps(
  definition: IndexDefinition,
  { partitioning }: Pick<RelationFacts, 'partitioning'>,
  taken: ReadonlySet<string>,
): SqlStep[] {
  if (partitioning === null) return [createIndexStep(definition)];
  const parent = { schema: definition.schema, name: definition.name };
  const used = new Set(taken);
  const parts = partitioning.partitions.map(({ schema, name: table }): IndexDefinition => {
    // As the server would name it, were it to build the parent's index whole.
    const labels = definition.name.startsWith(`${definition.table}_`)
      ? definition.name.slice(definition.table.length + 1).replace(/_idx\d*$/, '')
      : definition.name;
    const name = indexName(table, [labels], (candidate) => used.has(`${schema}.${candidate}`));
    used.add(`${schema}.${name}`);
    return { ...definition, schema, table, name, parent };
  });
  return [
    ...parts.map(createIndexStep),
    createParentIndexStep(definition),
    ...parts.map((part) => attachIndexStep(parent, part)),
  ];
}
