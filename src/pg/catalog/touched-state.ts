import { createHash } from 'node:crypto';
import type { ObjectState, TableSize, TouchedState } from '../../gate/object-facts.ts';
import type { TouchedObject } from '../../sql/object.ts';
import type { Session } from '../session.ts';
import { withCanonicalOutput } from './canonical-output.ts';
import { DESCRIPTIONS } from './describe-object.ts';
import { findObject, type ObjectAddress } from './object-address.ts';
import { RELATION_SIZE } from './relation-size.ts';

/**
 * What the objects are now, and a digest that tells whether they still are: over their definitions, owners, rights and
 * identities, and those of the tables that indexes, constraints, triggers and columns are on. What is not there counts
 * as well. Reads catalogs only.
 */
export async function readTouchedState(
  session: Session,
  objects: readonly TouchedObject[],
): Promise<TouchedState> {
  const addresses: { readonly object: TouchedObject; readonly address: ObjectAddress | null }[] = [];
  for (const object of objects) addresses.push({ object, address: await findObject(session, object) });
  return withCanonicalOutput(session, async () => {
    const states: ObjectState[] = [];
    const described = new Set<string>();
    for (const { object, address } of addresses) {
      const { state, descriptions } =
        address === null ? absent(object) : await readState(session, object, address);
      states.push(state);
      for (const description of descriptions) described.add(description);
    }
    // A set, sorted by code units: the order in which statements name the objects does not matter, nor how often.
    const canonical = JSON.stringify([...described].toSorted());
    return { sha256: createHash('sha256').update(canonical, 'utf8').digest('hex'), objects: states };
  });
}

interface Read {
  readonly state: ObjectState;
  /** The canonical texts that go into the digest. */
  readonly descriptions: readonly string[];
}

function absent(object: TouchedObject): Read {
  const { type, what, schema, name, args, on } = object;
  return {
    state: {
      object,
      found: false,
      oid: null,
      identity: null,
      kind: null,
      owner: null,
      ...NO_SIZE,
      scans: null,
      scansSince: null,
      table: null,
    },
    descriptions: [JSON.stringify(['absent', type, what, schema, name, args, on])],
  };
}

interface Identity {
  readonly catalog: string;
  readonly kind: string;
  readonly identity: string;
  /** The relation whose size is the object's own: itself. */
  readonly relationId: number | null;
  /** The table that it is part of. */
  readonly tableId: number | null;
}

interface RelationSize extends Pick<
  ObjectState,
  'rows' | 'sizeBytes' | 'heapBytes' | 'indexes' | 'scans' | 'scansSince'
> {
  readonly identity: string;
}

const NO_SIZE = { rows: null, sizeBytes: null, heapBytes: null, indexes: null };

async function readState(session: Session, object: TouchedObject, address: ObjectAddress): Promise<Read> {
  const { classId, objectId, subId } = address;
  const [identity] = await session.query<Identity>(IDENTITY, [classId, objectId, subId]);
  // Dropped since the name was looked up.
  if (identity === undefined) return absent(object);
  const { catalog, kind, relationId, tableId } = identity;
  const own = await describe(session, catalog, objectId);
  const table = tableId === null ? null : await describe(session, 'pg_class', tableId);
  const size = relationId === null ? null : await readSize(session, relationId);
  return {
    state: {
      object,
      found: true,
      oid: objectId,
      identity: identity.identity,
      kind,
      owner: own?.owner ?? table?.owner ?? null,
      rows: size?.rows ?? null,
      sizeBytes: size?.sizeBytes ?? null,
      heapBytes: size?.heapBytes ?? null,
      indexes: size?.indexes ?? null,
      scans: size?.scans ?? null,
      scansSince: size?.scansSince ?? null,
      table: tableId === null ? null : await readTableSize(session, tableId),
    },
    descriptions: [
      JSON.stringify([catalog, identity.identity, subId, own?.text ?? null]),
      ...(table === null ? [] : [JSON.stringify(['table', table.text])]),
    ],
  };
}

async function readTableSize(session: Session, oid: number): Promise<TableSize | null> {
  const size = await readSize(session, oid);
  return size === null ? null : { identity: size.identity, rows: size.rows, sizeBytes: size.sizeBytes };
}

async function readSize(session: Session, oid: number): Promise<RelationSize | null> {
  const [size] = await session.query<RelationSize>(RELATION_SIZE, [oid]);
  return size ?? null;
}

async function describe(
  session: Session,
  catalog: string,
  oid: number,
): Promise<{ readonly text: string; readonly owner: string | null } | null> {
  const query = DESCRIPTIONS[catalog];
  if (query === undefined) return null;
  const [row] = await session.query<{ text: string; owner: string | null }>(
    `SELECT description::text AS text, description->>'owner' AS owner FROM (${query}) AS described`,
    [oid],
  );
  return row ?? null;
}

const IDENTITY = `
  SELECT c.relname AS catalog, i.type AS kind, i.identity,
         CASE WHEN $1::oid = 'pg_class'::regclass AND $3::int = 0 THEN $2::oid::int8::float8 END AS "relationId",
         nullif(CASE $1::oid::regclass::text
           WHEN 'pg_class' THEN CASE WHEN $3::int <> 0 THEN $2::oid ELSE (SELECT x.indrelid FROM pg_index x WHERE x.indexrelid = $2::oid) END
           WHEN 'pg_constraint' THEN (SELECT k.conrelid FROM pg_constraint k WHERE k.oid = $2::oid)
           WHEN 'pg_trigger' THEN (SELECT t.tgrelid FROM pg_trigger t WHERE t.oid = $2::oid)
           WHEN 'pg_rewrite' THEN (SELECT r.ev_class FROM pg_rewrite r WHERE r.oid = $2::oid)
           WHEN 'pg_policy' THEN (SELECT p.polrelid FROM pg_policy p WHERE p.oid = $2::oid)
           WHEN 'pg_statistic_ext' THEN (SELECT e.stxrelid FROM pg_statistic_ext e WHERE e.oid = $2::oid)
         END, 0)::int8::float8 AS "tableId"
    FROM pg_class c, pg_identify_object($1::oid, $2::oid, $3::int) i
   WHERE c.oid = $1::oid AND i.identity IS NOT NULL`;
