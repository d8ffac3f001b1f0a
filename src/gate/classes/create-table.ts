import type { CreateStmt, Node } from '@pgsql/types';
import { as, together, type Classified, type Place, type Rules } from './class.ts';
import { computed, declared } from './column.ts';
import { effectsIn } from './expression.ts';
import { optionsOf } from './option.ts';
import { ownSchema } from './system-schema.ts';

/** CREATE TABLE, CREATE TABLE AS, CREATE MATERIALIZED VIEW, CREATE FOREIGN TABLE. */
export const createTable: Rules = {
  CreateStmt: (table, place) => together(as('additive', 'creates a table'), ...tableParts(table, place)),
  CreateTableAsStmt: ({ query, into }, place) => {
    if (query === undefined) return as('opaque', 'a table of nothing');
    return together(
      as('additive', 'creates a table of what a query gives'),
      ...ownSchema(into?.rel?.schemaname),
      ...ownMethod(into?.accessMethod),
      place.classify(query, place),
    );
  },
  CreateForeignTableStmt: ({ base, options }, place) =>
    together(
      as('opaque', 'a foreign table reaches another server or a file'),
      ...runsProgram(options),
      ...(base === undefined ? [] : tableParts(base, place)),
    ),
};

/** The program of a foreign table runs on the server machine each time the table is read. */
export function runsProgram(options: readonly Node[] | undefined): Classified[] {
  return optionsOf(options).some(({ defname }) => defname?.toLowerCase() === 'program')
    ? [as('refuse', 'the option program runs a command on the server machine')]
    : [];
}

function tableParts(
  { relation, tableElts, partspec, partbound, accessMethod }: CreateStmt,
  place: Place,
): Classified[] {
  return [
    ...ownSchema(relation?.schemaname),
    ...ownMethod(accessMethod),
    ...(tableElts ?? []).flatMap((element) => elementParts(element, place)),
    ...effectsIn(partspec?.partParams, place),
    ...effectsIn([partbound?.listdatums, partbound?.lowerdatums, partbound?.upperdatums], place),
  ];
}

function elementParts(element: Node, place: Place): Classified[] {
  if ('ColumnDef' in element) return declared(element.ColumnDef, place);
  if ('Constraint' in element) return computed(element.Constraint, place);
  return 'TableLikeClause' in element ? [] : [as('opaque', 'a part of the table is not looked into')];
}

function ownMethod(method: string | undefined): Classified[] {
  return method === undefined || method === 'heap'
    ? []
    : [as('opaque', `the access method ${method} is not one of PostgreSQL's own`)];
}
