import type { Node } from '@pgsql/types';

/**
 * Whether a statement may run inside a transaction block, as far as its text tells (measured on PostgreSQL 18.4: the
 * others end with SQLSTATE 25001 there). REINDEX of a partitioned table is the one that only the catalog can tell.
 */
export function runsInTransaction(tree: Node): boolean {
  if ('IndexStmt' in tree) return tree.IndexStmt.concurrent !== true;
  if ('DropStmt' in tree) return tree.DropStmt.concurrent !== true;
  if ('VacuumStmt' in tree) return tree.VacuumStmt.is_vacuumcmd !== true;
  if ('ClusterStmt' in tree) return tree.ClusterStmt.relation !== undefined;
  if ('ReindexStmt' in tree) {
    const { kind, params = [] } = tree.ReindexStmt;
    const concurrently = params.some((node) => 'DefElem' in node && node.DefElem.defname === 'concurrently');
    return !concurrently && (kind === 'REINDEX_OBJECT_INDEX' || kind === 'REINDEX_OBJECT_TABLE');
  }
  if ('AlterTableStmt' in tree) {
    return !(tree.AlterTableStmt.cmds ?? []).some(
      (node) =>
        'AlterTableCmd' in node &&
        node.AlterTableCmd.def !== undefined &&
        'PartitionCmd' in node.AlterTableCmd.def &&
        node.AlterTableCmd.def.PartitionCmd.concurrent === true,
    );
  }
  if ('AlterDatabaseStmt' in tree)
    return !namesOfOptions(tree.AlterDatabaseStmt.options).includes('tablespace');
  return !Object.keys(tree).some((tag) => OUTSIDE.has(tag));
}

const OUTSIDE: ReadonlySet<string> = new Set([
  'CreatedbStmt',
  'DropdbStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'AlterSystemStmt',
  'CreateSubscriptionStmt',
  'DropSubscriptionStmt',
]);

function namesOfOptions(options: readonly Node[] | undefined): string[] {
  return (options ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem.defname ?? ''] : []));
}
