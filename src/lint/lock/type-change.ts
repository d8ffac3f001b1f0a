import { namesOf, type FieldsOf } from '../../sql/walk.ts';

/** Names that `format_type` writes, by the grammar's own. */
const WORDS: Readonly<Record<string, string>> = {
  varchar: 'character varying',
  bpchar: 'character',
  varbit: 'bit varying',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
};

interface Type {
  readonly name: string;
  /** The numbers in brackets. */
  readonly modifiers: readonly number[];
  readonly isArray: boolean;
}

/** A type of the tree as `format_type` writes it: `character varying(20)`. */
export function typeText({ names, typmods = [], arrayBounds = [] }: FieldsOf<'TypeName'>): string {
  const parts = namesOf(names);
  const last = parts.at(-1) ?? '';
  const name = parts.length === 1 || parts[0] === 'pg_catalog' ? (WORDS[last] ?? last) : parts.join('.');
  const numbers = typmods.map((node) => ('A_Const' in node ? (node.A_Const.ival?.ival ?? 0) : 0));
  const modifiers = numbers.length === 0 ? '' : `(${numbers.join(',')})`;
  const [head = '', ...rest] = name.split(/ (?=with)/);
  return `${[head + modifiers, ...rest].join(' ')}${'[]'.repeat(arrayBounds.length)}`;
}

/**
 * Whether the values stay as they are when a column changes its type; both as `format_type` writes them. Measured on
 * 18.4; everything else is written anew. `timestamp` to `timestamptz` is free in one time zone only and not counted.
 */
export function isRewriteFree(from: string, to: string): boolean {
  if (from === to) return true;
  const [old, next] = [parse(from), parse(to)];
  if (old.isArray || next.isArray) return false;
  if (next.name === 'text') return old.name === 'character varying' || old.name === 'text';
  if (next.name === 'character varying' && old.name === 'text') return next.modifiers.length === 0;
  if (next.name === 'inet' && old.name === 'cidr') return true;
  if (old.name !== next.name) return false;
  if (next.modifiers.length === 0) return GROWING.has(next.name) || next.name === 'numeric';
  if (old.modifiers.length === 0) return false;
  const [oldSize = 0, oldScale = 0] = old.modifiers;
  const [size = 0, scale = 0] = next.modifiers;
  if (next.name === 'numeric') return size >= oldSize && scale === oldScale;
  return GROWING.has(next.name) && size >= oldSize;
}

/** Types whose modifier is a limit: a wider one accepts what is there. */
const GROWING: ReadonlySet<string> = new Set([
  'character varying',
  'bit varying',
  'timestamp without time zone',
  'timestamp with time zone',
  'time without time zone',
  'time with time zone',
]);

function parse(text: string): Type {
  const numbers = /\(([\d,-]+)\)/.exec(text);
  return {
    name: text.replace(/\([^)]*\)/, '').replace(/(?:\[\])+$/, ''),
    modifiers: numbers === null ? [] : (numbers[1] ?? '').split(',').map(Number),
    isArray: text.endsWith('[]'),
  };
}
