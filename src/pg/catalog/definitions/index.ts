import type { Session } from '../../session.ts';
import { withCanonicalOutput } from '../canonical-output.ts';
import { readNeeded, type NamedInStatement } from './needed.ts';
import { COLLATIONS, FOREIGN_FUNCTIONS, FUNCTIONS, TYPES } from './programs.ts';
import * as relation from './relations.ts';

/** How to rebuild relations and all that they need, in another database, without data. */
export interface Definitions {
  readonly extensions: readonly { readonly name: string; readonly schema: string }[];
  /** Schemas, types, functions, tables; the order is a first guess, each may need one of the others. */
  readonly before: readonly string[];
  readonly tables: readonly TableData[];
  /** Between tables that are there. */
  readonly foreignKeys: readonly ForeignKey[];
  /** Once the data is there: keys, indexes, constraints, statistics; values of sequences and triggers. */
  readonly after: readonly string[];
  /** Why it cannot be rebuilt; empty where it can. */
  readonly unsupported: readonly string[];
  /** What the rebuilt relations do without. */
  readonly leftOut: readonly string[];
}

/** A relation that has rows: its own, or those of its partitions. */
export interface TableData {
  /** The source's. */
  readonly oid: number;
  readonly kind: 'table' | 'partitioned-table' | 'materialized-view';
  /** The partitioned table that it is a partition of, where that is there too. */
  readonly partitionOf: number | null;
  readonly schema: string;
  readonly name: string;
  /** What is copied: generated columns are not. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** `reltuples`; null where it was never counted. */
  readonly rows: number | null;
  /** Heap, without indexes. */
  readonly sizeBytes: number;
}

interface ForeignKey {
  /** Object ids of the referencing and the referenced table, and their columns, one by one. */
  readonly from: number;
  readonly fromColumns: readonly string[];
  readonly to: number;
  readonly toColumns: readonly string[];
}

/**
 * Reads how relations are defined, with the views, partitions, types and functions below them.
 * @param options with triggers, for what will write: the values of sequences too
 * @param relations object ids
 */
export function readDefinitions(
  session: Session,
  relations: readonly number[],
  named: NamedInStatement,
  options: { readonly triggers: boolean } = { triggers: false },
): Promise<Definitions> {
  return withCanonicalOutput(session, async () => {
    const needed = await readNeeded(session, relations, named, options);
    const texts = async (query: string, ...values: readonly unknown[]) =>
      (await session.query<{ sql: string | null }>(query, values)).flatMap(({ sql }) => sql ?? []);
    const each = async (queries: readonly string[], oids: readonly number[]) => {
      const all: string[] = [];
      for (const query of queries) all.push(...(await texts(query, oids)));
      return all;
    };
    const { types, functions, collations } = needed;
    const { SCHEMAS, SEQUENCES, TABLES, PARENTS, VIEWS, UNSUPPORTED_RELATIONS, LEFT_OUT } = relation;
    const { INDEXES, KEYS, ATTACHED_INDEXES, CONSTRAINTS, STATISTICS, SEQUENCE_VALUES, TRIGGERS } = relation;
    const after = [KEYS, INDEXES, ATTACHED_INDEXES, CONSTRAINTS, STATISTICS];
    return {
      extensions: await session.query(EXTENSIONS, [needed.extensions]),
      before: [
        ...(await texts(SCHEMAS, needed.relations, types, functions, collations)),
        ...(await texts(COLLATIONS, collations)),
        ...(await texts(TYPES, types)),
        ...(await texts(FUNCTIONS, functions)),
        ...(await each([SEQUENCES, TABLES, PARENTS, VIEWS], needed.relations)),
      ],
      tables: await session.query(DATA, [needed.relations]),
      foreignKeys: await session.query(FOREIGN_KEYS, [needed.relations]),
      after: await each(options.triggers ? [...after, SEQUENCE_VALUES, TRIGGERS] : after, needed.relations),
      unsupported: [
        ...needed.others,
        ...(await texts(FOREIGN_FUNCTIONS, functions)),
        ...(await texts(UNSUPPORTED_RELATIONS, needed.relations)),
      ],
      leftOut: await texts(LEFT_OUT, needed.relations),
    };
  });
}

const EXTENSIONS = `
  SELECT e.extname AS name, n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
   WHERE e.oid = ANY ($1::oid[]) ORDER BY e.oid`;

const DATA = `
  SELECT c.oid::int8::float8 AS oid, n.nspname AS schema, c.relname AS name,
         CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned-table' ELSE 'materialized-view' END AS kind,
         (SELECT h.inhparent::int8::float8 FROM pg_inherits h
           WHERE h.inhrelid = c.oid AND c.relispartition AND h.inhparent = ANY ($1::oid[])) AS "partitionOf",
         (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum), '[]')
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
         nullif(c.reltuples, -1)::float8 AS rows, pg_relation_size(c.oid)::float8 AS "sizeBytes"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid = ANY ($1::oid[]) AND c.relkind IN ('r', 'p', 'm') ORDER BY c.oid`;

const FOREIGN_KEYS = `
  SELECT k.conrelid::int8::float8 AS "from", k.confrelid::int8::float8 AS "to",
         ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS key(attnum, at)
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum ORDER BY at) AS "fromColumns",
         ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS key(attnum, at)
                 JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.attnum ORDER BY at) AS "toColumns"
    FROM pg_constraint k
   WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY ($1::oid[]) AND k.confrelid = ANY ($1::oid[]) ORDER BY k.oid`;
