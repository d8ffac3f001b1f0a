import type { Node } from '@pgsql/types';
import { namesOf, nodesNamed } from '../sql/walk.ts';
import { droppedRelations } from './names.ts';
import { addedConstraints, commandsOf, createdConstraints, type Relation } from './parts.ts';
import { remembered } from './remembered.ts';

/** The fields under which statements hold the relations that they are about. */
interface About {
  readonly relation?: Relation;
  readonly view?: Relation;
  readonly table?: Relation;
  readonly relations?: readonly Node[];
}

/** The relations that a statement takes its strongest lock on. Of an index that is dropped the table is not known. */
export const lockedRelations = remembered((tree: Node): Relation[] => {
  if ('DropStmt' in tree) return droppedTables(tree);
  if ('CreateStmt' in tree) return nodesNamed(tree.CreateStmt.inhRelations, 'RangeVar');
  const [about] = Object.values(tree) as (About | undefined)[];
  const partitions = commandsOf(tree).flatMap(({ command: { def } }) =>
    def !== undefined && 'PartitionCmd' in def ? [def.PartitionCmd.name] : [],
  );
  return [
    about?.relation,
    about?.view,
    about?.table,
    ...nodesNamed(about?.relations, 'RangeVar'),
    ...partitions,
  ].filter((relation) => relation !== undefined);
});

/** The tables that its foreign keys refer to, which are locked too. */
export function referredRelations(tree: Node): Relation[] {
  return [...addedConstraints(tree), ...createdConstraints(tree)].flatMap(
    ({ constraint: { pktable } }) => pktable ?? [],
  );
}

type DropTree = Extract<Node, { DropStmt: unknown }>;

/** Of DROP TABLE and its like the relations, of DROP TRIGGER, RULE and POLICY their table. */
function droppedTables(tree: DropTree): Relation[] {
  const { removeType = '', objects } = tree.DropStmt;
  if (removeType === 'OBJECT_INDEX') return [];
  const isPart = /^OBJECT_(?:TRIGGER|RULE|POLICY)$/.test(removeType);
  const names = isPart
    ? (objects ?? []).map((object) => {
        const parts = namesOf('List' in object ? object.List.items : undefined).slice(0, -1);
        return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' };
      })
    : droppedRelations(tree);
  return names.map(({ schema, name }) => ({
    ...(schema === null ? {} : { schemaname: schema }),
    relname: name,
  }));
}
