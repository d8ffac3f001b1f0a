import type { Node } from '@pgsql/types';
import { quoteName } from '../sql/quote.ts';
import { namesOf, type FieldsOf } from '../sql/walk.ts';
import { constraintsOf } from './lock/column.ts';
import { remembered } from './remembered.ts';

export type Relation = FieldsOf<'RangeVar'>;
type Command = FieldsOf<'AlterTableCmd'>;
type Column = FieldsOf<'ColumnDef'>;
type Constraint = FieldsOf<'Constraint'>;

/** A constraint that a statement gives to a table that is there. */
export interface AddedConstraint {
  readonly table: Relation;
  readonly constraint: Constraint;
  /** The columns that it names, as far as the tree tells. */
  readonly columns: readonly string[];
  /** Whether it comes with a column that is new. */
  readonly withColumn: boolean;
}

/** `schema.table`, quoted where needed. */
export function relationName({ schemaname, relname = '' }: Relation): string {
  return schemaname === undefined ? quoteName(relname) : `${quoteName(schemaname)}.${quoteName(relname)}`;
}

export function columnList(names: readonly string[]): string {
  return names.length === 0 ? '…' : names.map(quoteName).join(', ');
}

/** The sub-commands of an ALTER TABLE of a table; nothing for indexes, views and types. */
export const commandsOf = remembered(
  (tree: Node): { readonly table: Relation; readonly command: Command }[] => {
    if (!('AlterTableStmt' in tree)) return [];
    const { objtype, relation: table, cmds = [] } = tree.AlterTableStmt;
    if (table === undefined || (objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_FOREIGN_TABLE')) return [];
    return cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? [{ table, command: cmd.AlterTableCmd }] : []));
  },
);

/** The columns that ALTER TABLE adds. */
export const addedColumns = remembered(
  (tree: Node): { readonly table: Relation; readonly column: Column }[] => {
    return commandsOf(tree).flatMap(({ table, command: { subtype, def } }) =>
      subtype === 'AT_AddColumn' && def !== undefined && 'ColumnDef' in def
        ? [{ table, column: def.ColumnDef }]
        : [],
    );
  },
);

/** The constraints that ALTER TABLE adds, by themselves or with a column. */
export const addedConstraints = remembered((tree: Node): AddedConstraint[] => {
  const own = commandsOf(tree).flatMap(({ table, command: { subtype, def } }) =>
    subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def
      ? [{ table, constraint: def.Constraint, columns: columnsOf(def.Constraint), withColumn: false }]
      : [],
  );
  const withColumns = addedColumns(tree).flatMap(({ table, column }) =>
    constraintsOf(column).map((constraint) => ({
      table,
      constraint,
      columns: [column.colname ?? ''],
      withColumn: true,
    })),
  );
  return [...own, ...withColumns];
});

/** The columns and constraints of a CREATE TABLE. */
export const createdConstraints = remembered((tree: Node): AddedConstraint[] => {
  if (!('CreateStmt' in tree) || tree.CreateStmt.relation === undefined) return [];
  const { relation: table, tableElts = [] } = tree.CreateStmt;
  return tableElts.flatMap((element): AddedConstraint[] => {
    if ('Constraint' in element) {
      const constraint = element.Constraint;
      return [{ table, constraint, columns: columnsOf(constraint), withColumn: false }];
    }
    if (!('ColumnDef' in element)) return [];
    const columns = [element.ColumnDef.colname ?? ''];
    return constraintsOf(element.ColumnDef).map((constraint) => ({
      table,
      constraint,
      columns,
      withColumn: true,
    }));
  });
});

/** The columns of a CREATE TABLE and of ADD COLUMN. */
export const newColumns = remembered((tree: Node): Column[] => {
  const created =
    'CreateStmt' in tree
      ? (tree.CreateStmt.tableElts ?? []).flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef] : []))
      : [];
  return [...created, ...addedColumns(tree).map(({ column }) => column)];
});

function columnsOf({ keys, fk_attrs }: Constraint): string[] {
  return namesOf(fk_attrs ?? keys);
}

/** The name that a constraint has, or the one that the server would choose. */
export function constraintName({ table, constraint, columns }: AddedConstraint, suffix: string): string {
  return quoteName(constraint.conname ?? [table.relname ?? '', ...columns, suffix].join('_'));
}

/** What a foreign key refers to: `shop.customers (id)`. */
export function referredText({ pktable, pk_attrs }: Constraint): string {
  const columns = pk_attrs === undefined ? '' : ` (${columnList(namesOf(pk_attrs))})`;
  return `${pktable === undefined ? '…' : relationName(pktable)}${columns}`;
}
