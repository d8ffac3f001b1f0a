import { isCharacter, isInteger, isNumeric, isRange, RANGE_ELEMENTS, type SqlType } from './sql-type.ts';

/** What a call gives for arguments of these types; null where that call is not known to be immutable. */
type Result = (types: readonly SqlType[], constant: (position: number) => boolean) => SqlType | null;

/**
 * Functions of pg_catalog that PostgreSQL 18 declares IMMUTABLE, by the types for which it does: `date_trunc` is
 * immutable for timestamp and only STABLE for timestamptz, `lower` means a text's letters or a range's bound. What is
 * not here (`to_char`, `concat`, `format`, `now`, `unaccent`, …) is not used in an index.
 */
const FUNCTIONS: Readonly<Record<string, Result>> = {
  ...alike(
    `casefold initcap btrim ltrim rtrim reverse left right substr substring replace translate split_part lpad rpad
     repeat regexp_replace overlay`,
    (types) => (isText(types) ? 'text' : null),
  ),
  lower: (types) => letters(types) ?? bound(types),
  upper: (types) => letters(types) ?? bound(types),
  md5: (types) => (isText(types) ? 'text' : null),
  ...alike(`length char_length character_length octet_length strpos position ascii`, (types) =>
    isText(types) ? 'int4' : null,
  ),
  abs: ([type, more]) => (type !== undefined && more === undefined && isNumeric(type) ? type : null),
  ...alike(`floor ceil ceiling round trunc sign`, ([type, digits]) => {
    if (type === 'numeric') return digits === undefined || digits === 'int4' ? 'numeric' : null;
    return type === 'float8' && digits === undefined ? 'float8' : null;
  }),
  mod: ([one, other]) => (one !== undefined && one === other && isInteger(one) ? one : null),
  date_trunc: ([, type, zone], constant) =>
    constant(0) && zone === undefined && (type === 'timestamp' || type === 'interval') ? type : null,
  extract: ([, type], constant) => (constant(0) && isDatePart(type) ? 'numeric' : null),
  date_part: ([, type], constant) => (constant(0) && isDatePart(type) ? 'float8' : null),
  date: ([type]) => (type === 'timestamp' || type === 'date' ? 'date' : null),
  timezone: ([zone, type], constant) => {
    if (zone === undefined || !constant(0) || !isCharacter(zone)) return null;
    return type === 'timestamptz' ? 'timestamp' : type === 'timestamp' ? 'timestamptz' : null;
  },
  age: ([one, other]) => (one === 'timestamp' && other === 'timestamp' ? 'interval' : null),
  to_timestamp: ([type, more]) => (more === undefined && type === 'float8' ? 'timestamptz' : null),
  jsonb_extract_path: ([type, ...path]) => (type === 'jsonb' && path.every(isCharacter) ? 'jsonb' : null),
  jsonb_extract_path_text: ([type, ...path]) => (type === 'jsonb' && path.every(isCharacter) ? 'text' : null),
  jsonb_array_length: ([type]) => (type === 'jsonb' ? 'int4' : null),
  jsonb_typeof: ([type]) => (type === 'jsonb' ? 'text' : null),
  cardinality: ([type]) => (type?.startsWith('_') === true ? 'int4' : null),
  array_length: ([type]) => (type?.startsWith('_') === true ? 'int4' : null),
  to_tsvector: ([, document, more], constant) =>
    // Without a configuration it goes by a setting.
    constant(0) && more === undefined && document !== undefined && isDocument(document) ? 'tsvector' : null,
  setweight: ([type, , more], constant) =>
    type === 'tsvector' && constant(1) && more === undefined ? 'tsvector' : null,
  ...Object.fromEntries(
    Object.entries(RANGE_ELEMENTS)
      .filter(([range]) => !range.endsWith('multirange'))
      .map(([range, element]): [string, Result] => [
        range,
        ([lower, upper, bounds], constant) =>
          lower === element && upper === element && (bounds === undefined || constant(2)) ? range : null,
      ]),
  ),
};

/** The type that a call gives; null where the function is not known to be immutable for these types. */
export function immutableResult(
  name: string,
  types: readonly SqlType[],
  constant: (position: number) => boolean,
): SqlType | null {
  return Object.hasOwn(FUNCTIONS, name) ? (FUNCTIONS[name]?.(types, constant) ?? null) : null;
}

function alike(names: string, result: Result): Record<string, Result> {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, result]),
  );
}

/** The first argument is text, the others are text or numbers of characters. */
function isText([first, ...others]: readonly SqlType[]): boolean {
  return (
    first !== undefined && isCharacter(first) && others.every((type) => isCharacter(type) || isInteger(type))
  );
}

function letters(types: readonly SqlType[]): SqlType | null {
  return types.length === 1 && isText(types) ? 'text' : null;
}

function bound([type]: readonly SqlType[]): SqlType | null {
  return type !== undefined && isRange(type) ? (RANGE_ELEMENTS[type] ?? null) : null;
}

function isDatePart(type: SqlType | undefined): boolean {
  return type === 'timestamp' || type === 'date' || type === 'time' || type === 'interval';
}

function isDocument(type: SqlType): boolean {
  return isCharacter(type) || type === 'jsonb' || type === 'json';
}

/** Every name above, for a test that asks a server whether they are what they seem. */
export const IMMUTABLE_FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);
