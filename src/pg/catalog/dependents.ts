import { createHash } from 'node:crypto';
import type { Dependent, Dependents } from '../../gate/object-facts.ts';
import type { TouchAction, TouchedObject } from '../../sql/object.ts';
import type { Session } from '../session.ts';
import { withCanonicalOutput } from './canonical-output.ts';
import {
  DELETED_ALONG,
  DEPENDENTS,
  OWNED_OBJECTS,
  ROLE_DEPENDENTS,
  SAME_IN_CHILDREN,
  TRUNCATED_ALONG,
} from './dependents-queries.ts';
import { findObject, type ObjectAddress } from './object-address.ts';

/** A row of any of the queries: the object, and how it follows. */
interface Row extends Dependent {
  readonly oid: number;
  readonly how: keyof Omit<Dependents, 'sha256'>;
}

/**
 * What goes along when the objects that are dropped, truncated or deleted from go, and what stands in the way: by the server's own
 * rules, from `pg_depend`, `pg_shdepend`, `pg_inherits` and the foreign keys. Objects with another action, and those
 * that are not there, are passed over. Reads catalogs only.
 */
export async function readDependents(
  session: Session,
  objects: readonly TouchedObject[],
  { cascade }: { readonly cascade: boolean },
): Promise<Dependents> {
  const dropped = await find(session, objects, 'drop');
  const owners = await find(session, objects, 'drop-owned');
  const truncated = await find(session, objects, 'truncate');
  const deleted = [
    ...(await find(session, objects, 'delete')),
    ...(await find(session, objects, 'delete-all')),
    ...(await find(session, objects, 'merge')),
  ];
  return withCanonicalOutput(session, async () => {
    const owned = await session.query<ObjectAddress>(OWNED_OBJECTS, [owners.map(({ objectId }) => objectId)]);
    const same = await session.query<ObjectAddress>(SAME_IN_CHILDREN, arraysOf(dropped));
    const rows = [
      ...(await session.query<Row>(DEPENDENTS, [
        ...arraysOf(dropped),
        ...arraysOf([...owned, ...same]),
        cascade,
      ])),
      ...(await session.query<Row>(ROLE_DEPENDENTS, arraysOf(dropped).slice(0, 2))),
      ...(await session.query<Row>(TRUNCATED_ALONG, [truncated.map(({ objectId }) => objectId), cascade])),
      ...(await session.query<Row>(DELETED_ALONG, [deleted.map(({ objectId }) => objectId)])),
    ];
    const all = (how: Row['how']) => rows.filter((row) => row.how === how).map(dependentOf);
    return {
      along: all('along'),
      cascaded: all('cascaded'),
      blocking: all('blocking'),
      deletedRows: all('deletedRows'),
      sha256: digestOf(rows),
    };
  });
}

/** What a definition drops when it is used is not dropped now. */
async function find(
  session: Session,
  objects: readonly TouchedObject[],
  action: TouchAction,
): Promise<ObjectAddress[]> {
  const found: ObjectAddress[] = [];
  for (const object of objects) {
    if (object.action !== action || object.later) continue;
    const address = await findObject(session, object);
    if (address !== null) found.push(address);
  }
  return found;
}

function dependentOf({
  type,
  schema,
  name,
  identity,
  rows,
  sizeBytes,
  foreignKey,
  internal,
}: Row): Dependent {
  return { type, schema, name, identity, rows, sizeBytes, foreignKey, internal };
}

function digestOf(rows: readonly Row[]): string {
  const texts = rows.map(({ how, type, identity, oid }) => JSON.stringify([how, type, identity, oid]));
  return createHash('sha256').update(JSON.stringify(texts.toSorted()), 'utf8').digest('hex');
}

function arraysOf(addresses: readonly ObjectAddress[]): number[][] {
  return [
    addresses.map(({ classId }) => classId),
    addresses.map(({ objectId }) => objectId),
    addresses.map(({ subId }) => subId),
  ];
}
