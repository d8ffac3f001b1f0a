import type { Node } from '@pgsql/types';
import type { RelationReference } from '../facts.ts';
import { isPureType } from '../sql/pure-types.ts';
import { fieldsOf, namesOf, nodesOf } from '../sql/walk.ts';

/** What a statement names and a database could look up. */
export interface Named {
  readonly relations: readonly RelationReference[];
  readonly types: readonly string[];
}

/** The relations and types that statements name, each once. An index that is about to be made counts by its name. */
export function namedIn(trees: readonly Node[]): Named {
  const relations = new Map<string, RelationReference>();
  const types = new Set<string>();
  const add = (schema: string | null, name: string) =>
    relations.set(JSON.stringify([schema, name]), { schema, name });
  for (const tree of trees) {
    for (const dropped of droppedRelations(tree)) add(dropped.schema, dropped.name);
    for (const node of nodesOf(tree)) {
      const relation = fieldsOf(node, 'RangeVar');
      if (relation?.relname !== undefined) add(relation.schemaname ?? null, relation.relname);
      const partition = fieldsOf(node, 'PartitionCmd')?.name;
      if (partition?.relname !== undefined) add(partition.schemaname ?? null, partition.relname);
      const index = fieldsOf(node, 'IndexStmt');
      if (index?.idxname !== undefined) add(index.relation?.schemaname ?? null, index.idxname);
      const type = fieldsOf(node, 'TypeName');
      const names = namesOf(type?.names);
      if (names.length > 0 && !isPureType(names)) types.add(names.join('.'));
    }
  }
  return { relations: [...relations.values()], types: [...types] };
}

/** What DROP TABLE, INDEX, VIEW, MATERIALIZED VIEW or SEQUENCE names. */
export function droppedRelations(tree: Node): RelationReference[] {
  if (!('DropStmt' in tree) || !DROPPED.has(tree.DropStmt.removeType ?? '')) return [];
  return (tree.DropStmt.objects ?? []).flatMap((object) => {
    const names = namesOf('List' in object ? object.List.items : undefined);
    const name = names.at(-1);
    return name === undefined ? [] : [{ schema: names.at(-2) ?? null, name }];
  });
}

const DROPPED: ReadonlySet<string> = new Set([
  'OBJECT_TABLE',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_INDEX',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
]);
