/**
 * Types and operators of pg_catalog, reviewed against PostgreSQL 18.4: casting to one of these types and applying
 * one of these operators to values of them runs no code but the server's own.
 */
const TYPES = new Set(
  `bit bool boolean box bpchar bytea char cid cidr circle date datemultirange daterange float4 float8 inet int2 int4
   int4multirange int4range int8 int8multirange int8range interval json jsonb jsonpath line lseg macaddr macaddr8 money
   name numeric nummultirange numrange oid path pg_lsn point polygon record regclass regcollation regconfig
   regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype text tid time timestamp
   timestamptz timetz tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector uuid varbit varchar xid xid8 xml`.split(
    /\s+/,
  ),
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

function isOfCatalog(names: readonly string[]): boolean {
  return names.length === 1 || (names.length === 2 && names[0] === 'pg_catalog');
}
