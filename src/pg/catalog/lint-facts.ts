import type { RelationReference } from '../../facts.ts';
import type { LintFacts, LintRelation } from '../../lint/facts.ts';
import type { Session } from '../session.ts';

/** What the text of a file names. */
export interface NamedInFile {
  readonly relations: readonly RelationReference[];
  /** `schema.name` or `name`, unquoted. */
  readonly types: readonly string[];
}

/**
 * Looks up everything that a text names, through the session's search path, in one query. Unknown names are left out.
 * Asks by name, not through `to_regclass`, which fails where the role may not use a schema.
 */
export async function readLintFacts(session: Session, named: NamedInFile): Promise<LintFacts> {
  const types = named.types.map((type) => type.split('.'));
  const [row] = await session.query<{ relations: FoundRelation[]; types: FoundType[] }>(FACTS, [
    named.relations.map(({ schema }) => schema),
    named.relations.map(({ name }) => name),
    types.map((parts) => parts.at(-2) ?? null),
    types.map((parts) => parts.at(-1)),
  ]);
  return {
    relations: (row?.relations ?? []).flatMap(({ at, ...relation }) => {
      const reference = named.relations[at - 1];
      return reference === undefined ? [] : [{ reference, ...relation }];
    }),
    types: (row?.types ?? []).flatMap(({ at, isConstrainedDomain }) => {
      const name = named.types[at - 1];
      return name === undefined ? [] : [{ name, isConstrainedDomain }];
    }),
  };
}

/** `at` is the position in the list that was asked for, from 1. */
type FoundRelation = Omit<LintRelation, 'reference'> & { readonly at: number };
interface FoundType {
  readonly at: number;
  readonly isConstrainedDomain: boolean;
}

/** A table is empty where its files, or all of its partitions' files, have no block. */
const FACTS = `
  SELECT (SELECT coalesce(json_agg(found), '[]') FROM (
    SELECT asked.at::int AS at,
           CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned-table' WHEN 'f' THEN 'foreign-table'
                          WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized-view' WHEN 'S' THEN 'sequence'
                          WHEN 'i' THEN 'index' WHEN 'I' THEN 'partitioned-index' ELSE 'other' END AS kind,
           CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) = 0
                WHEN c.relkind = 'p' THEN NOT EXISTS (SELECT FROM pg_partition_tree(c.oid) t WHERE t.isleaf AND pg_relation_size(t.relid) > 0)
                ELSE false END AS "isEmpty",
           coalesce((SELECT i.indisvalid AND i.indisready AND i.indislive FROM pg_index i WHERE i.indexrelid = c.oid), true) AS "isValid",
           (SELECT coalesce(json_agg(json_build_object(
                     'name', a.attname,
                     'type', format_type(a.atttypid, a.atttypmod),
                     'notNull', a.attnotnull AND NOT EXISTS (
                        SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated),
                     'provenNotNull', EXISTS (
                        SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.convalidated AND k.conenforced
                           AND pg_get_constraintdef(k.oid) = format('CHECK ((%I IS NOT NULL))', a.attname)),
                     'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END) ORDER BY a.attnum), '[]')
              FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
           (SELECT coalesce(json_agg(json_build_object(
                     'name', k.conname,
                     'type', CASE k.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign-key' WHEN 'n' THEN 'not-null' WHEN 'u' THEN 'unique'
                                            WHEN 'p' THEN 'primary-key' WHEN 'x' THEN 'exclusion' ELSE 'other' END,
                     'columns', ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS key(attnum, position)
                                        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.attnum ORDER BY key.position),
                     'validated', k.convalidated) ORDER BY k.conname), '[]')
              FROM pg_constraint k WHERE k.conrelid = c.oid) AS constraints,
           (SELECT coalesce(json_agg(json_build_object(
                     'name', ic.relname,
                     'keys', ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY AS key(attnum, position)
                                     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.attnum AND key.attnum > 0
                                    WHERE key.position <= i.indnkeyatts ORDER BY key.position),
                     'isValid', i.indisvalid AND i.indisready AND i.indislive,
                     'isPartial', i.indpred IS NOT NULL) ORDER BY ic.relname), '[]')
              FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid) AS indexes,
           EXISTS (SELECT FROM pg_partitioned_table p WHERE p.partrelid = c.oid AND p.partdefid <> 0) AS "hasDefaultPartition"
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked(schema, name, at)
      JOIN pg_class c ON c.relname = asked.name
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE CASE WHEN asked.schema IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = asked.schema END) AS found) AS relations,
  (SELECT coalesce(json_agg(found), '[]') FROM (
    SELECT asked.at::int AS at,
           EXISTS (WITH RECURSIVE chain(oid, typnotnull, typbasetype) AS (
                     SELECT t.oid, t.typnotnull, t.typbasetype FROM pg_type t WHERE t.oid = type.oid
                     UNION ALL
                     SELECT t.oid, t.typnotnull, t.typbasetype FROM pg_type t JOIN chain ON t.oid = chain.typbasetype)
                   SELECT FROM chain WHERE typnotnull
                       OR EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = chain.oid AND k.contype = 'c')) AS "isConstrainedDomain"
      FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS asked(schema, name, at)
      JOIN pg_type type ON type.typname = asked.name
      JOIN pg_namespace n ON n.oid = type.typnamespace
     WHERE CASE WHEN asked.schema IS NULL THEN pg_type_is_visible(type.oid) ELSE n.nspname = asked.schema END) AS found) AS types`;
