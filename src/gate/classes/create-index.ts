import type { Node } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';
import { namesOf, nodesNamed } from '../../sql/walk.ts';
import type { Classified } from './class.ts';
import { known, unknown } from './class.ts';
import { opaqueParts } from './expression.ts';
import { isSystemSchema } from './system-schema.ts';

/** The access methods of a plain server; others come with extensions and run their code. */
const METHODS = new Set(['btree', 'hash', 'gin', 'gist', 'spgist', 'brin']);

/** CREATE INDEX [CONCURRENTLY] that computes nothing but what PostgreSQL itself can. */
export function createIndex(tree: Node): Classified | null {
  if (!('IndexStmt' in tree)) return null;
  const { relation, accessMethod = 'btree', indexParams, whereClause } = tree.IndexStmt;
  if (isSystemSchema(relation?.schemaname)) return unknown('opaque', 'the index is on a system table');
  const reasons = [
    ...(METHODS.has(accessMethod)
      ? []
      : [`the access method ${accessMethod} is not one of PostgreSQL's own`]),
    ...nodesNamed(indexParams, 'IndexElem').flatMap(foreignOperators),
    ...nodesNamed(indexParams, 'IndexElem').flatMap(({ expr }) => opaqueParts(expr)),
    ...opaqueParts(whereClause),
  ];
  return reasons.length === 0 ? known('additive', 'builds an index') : unknown('opaque', ...reasons);
}

/** Operator classes of other schemas run other people's functions; so may unqualified ones of extensions. */
function foreignOperators({ opclass }: FieldsOf<'IndexElem'>): string[] {
  const names = namesOf(opclass);
  const own = names.length === 1 || names[0] === 'pg_catalog';
  return names.length === 0 || (own && OPERATOR_CLASS.test(names.at(-1) ?? ''))
    ? []
    : [`the operator class ${names.join('.')} is not one of PostgreSQL's own`];
}

/** Names of the operator classes of PostgreSQL 18's `pg_opclass`. */
const OPERATOR_CLASS = new RegExp(
  `^(?:(?:text|varchar|bpchar)_pattern|jsonb_path|kd_point|quad_point|record_image|
      (?:box|inet|range)_inclusion|
      (?:bit|bpchar|bytea|char|cidr|date|float4|float8|inet|int2|int4|int8|interval|macaddr|macaddr8|name|numeric|oid|
         pg_lsn|text|tid|time|timestamp|timestamptz|timetz|uuid|varbit)(?:_bloom|_minmax|_minmax_multi)?|
      array|aclitem|bool|box|circle|enum|jsonb|money|multirange|oidvector|point|poly|range|record|tsquery|tsvector|
      varchar|xid|xid8|cid)_ops$`.replaceAll(/\s+/g, ''),
);
