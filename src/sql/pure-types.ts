/**
 * Types and operators of pg_catalog, reviewed against PostgreSQL 18.4: casting to one of these types and applying
 * one of these operators to values of them runs no code but the server's own.
 */
const TYPES = new Set(
  `bit bool boolean box bpchar bytea char cid cidr circle date datemultirange daterange float4 float8 inet int2 int4
   int4multirange int4range int8 int8multirange int8range interval json jsonb jsonpath line lseg macaddr macaddr8 money
   name numeric nummultirange numrange oid path pg_lsn point polygon record regclass regcollation regconfig
   regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype text tid time timestamp
   timestamptz timetz tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector uuid varbit varchar xid xid8 xml aclitem int2vector oidvector pg_snapshot
   refcursor txid_snapshot void`.split(/\s+/),
);

const OPERATORS = new Set(
  `!! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> *>= + - -> ->> -|- / < <-> << <<= <<| <= <>
   <@ <^ = > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@ | |&> |/ |>> || ||/ ~ ~* ~<=~ ~<~ ~= ~>=~ ~>~
   ~~ ~~*`.split(/\s+/),
);

/** @param names the parts of the type's name: `['pg_catalog', 'int4']` */
export function isPureType(names: readonly string[]): boolean {
  return isOfCatalog(names) && TYPES.has(names.at(-1) ?? '');
}

/** @param names the parts of the operator's name: `['=']`; any schema but pg_catalog makes it somebody else's */
export function isPureOperator(names: readonly string[]): boolean {
  return isOfCatalog(names) && OPERATORS.has(names.at(-1) ?? '');
}

/** @param names the parts of an operator class's name; those of extensions and of other schemas are somebody else's */
export function isPureOperatorClass(names: readonly string[]): boolean {
  return isOfCatalog(names) && OPERATOR_CLASS.test(names.at(-1) ?? '');
}

/**
 * Whether the operator class is one of a trusted extension, in whatever schema that is. Only a superuser may make an
 * operator class, so no name of one leads to code of anybody else.
 */
export function isTrustedOperatorClass(names: readonly string[]): boolean {
  return names.length <= 2 && TRUSTED_OPERATOR_CLASSES.has(names.at(-1) ?? '');
}

/** Of pg_trgm. */
const TRUSTED_OPERATOR_CLASSES = new Set(['gin_trgm_ops', 'gist_trgm_ops']);

/** Names of the operator classes of PostgreSQL 18's `pg_opclass`. */
const OPERATOR_CLASS = new RegExp(
  `^(?:(?:text|varchar|bpchar)_pattern|jsonb_path|kd_point|quad_point|record_image|
      (?:box|inet|range)_inclusion|
      (?:bit|bpchar|bytea|char|cidr|date|float4|float8|inet|int2|int4|int8|interval|macaddr|macaddr8|name|numeric|oid|
         pg_lsn|text|tid|time|timestamp|timestamptz|timetz|uuid|varbit)(?:_bloom|_minmax|_minmax_multi)?|
      array|aclitem|bool|box|circle|enum|jsonb|money|multirange|oidvector|point|poly|range|record|tsquery|tsvector|
      varchar|xid|xid8|cid)_ops$`.replaceAll(/\s+/g, ''),
);

function isOfCatalog(names: readonly string[]): boolean {
  return names.length === 1 || (names.length === 2 && names[0] === 'pg_catalog');
}
