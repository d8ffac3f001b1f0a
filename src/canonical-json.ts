import { createHash } from 'node:crypto';

/**
 * The one JSON text of a value (RFC 8785): no white space, keys in the order of their UTF-16 units, numbers and strings
 * as ECMAScript writes them. What JSON cannot say exactly is a `TypeError`: numbers that are not finite, lone
 * surrogates, `undefined`, and objects that are not plain.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === 'string' && !/\p{Surrogate}/u.test(value)) return JSON.stringify(value);
  // By index: `map` would pass over the holes of a sparse array.
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (isPlain(value)) return canonicalObject(value);
  throw new TypeError(`JSON has no exact form of this ${typeof value}`);
}

/** 64 hexadecimal digits, over the UTF-8 bytes of the canonical text. */
export function canonicalSha256(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

function canonicalObject(value: Readonly<Record<string, unknown>>): string {
  const entries = Object.keys(value)
    .toSorted(byCodeUnits)
    .map((key) => `${canonicalJson(key)}:${canonicalJson(value[key])}`);
  return `{${entries.join(',')}}`;
}

function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
