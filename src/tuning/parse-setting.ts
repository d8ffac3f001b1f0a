import { scaleOf } from './units.ts';
import type { SettingFacts } from './setting.ts';

/** A value as the server takes it, in the form of `pg_settings.setting`; or what is wrong with it, in one sentence. */
export type ParsedSetting =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly problem: string };

type Shape = Pick<SettingFacts, 'name' | 'type' | 'unit' | 'min' | 'max' | 'allowed'>;

/**
 * Reads a value as `SET` and `postgresql.conf` do: numbers with or without a unit (`64MB`, `1.5 GB`, `0x40`), beginnings
 * of `true`, `off` and the like, words in any case. Held against the server by `test/tuning/server-settings.test.ts`.
 */
export function parseSetting(text: string, facts: Shape): ParsedSetting {
  return READERS[facts.type](text, facts);
}

const READERS: Readonly<Record<SettingFacts['type'], (text: string, facts: Shape) => ParsedSetting>> = {
  bool: readBool,
  enum: readEnum,
  integer: (text, facts) => readNumber(integerIn(text), roundHalfToEven, facts, text),
  real: (text, facts) => readNumber(realIn(text), (value) => value, facts, text),
  string: (text) => ({ ok: true, value: text }),
};

const TRUTHS: readonly (readonly [word: string, atLeast: number, value: string])[] = [
  ['true', 1, 'on'],
  ['yes', 1, 'on'],
  ['on', 2, 'on'],
  ['1', 1, 'on'],
  ['false', 1, 'off'],
  ['no', 1, 'off'],
  ['off', 2, 'off'],
  ['0', 1, 'off'],
];

function readBool(text: string, { name }: Shape): ParsedSetting {
  const word = text.toLowerCase();
  const found = TRUTHS.find(([whole, atLeast]) => word.length >= atLeast && whole.startsWith(word));
  return found === undefined ? no(`${name} is on or off, not ${quoted(text)}`) : yes(found[2]);
}

/** Words that every setting takes for `on` and `off` where it has these. */
const SYNONYMS: Readonly<Record<string, string>> = {
  true: 'on',
  yes: 'on',
  '1': 'on',
  false: 'off',
  no: 'off',
  '0': 'off',
};

function readEnum(text: string, { name, allowed }: Shape): ParsedSetting {
  const word = text.toLowerCase();
  const words = allowed ?? [];
  const found =
    words.find((one) => one.toLowerCase() === word) ?? words.find((one) => one === SYNONYMS[word]);
  if (found !== undefined) return yes(found);
  return no(`${name} is one of ${words.join(', ')}, not ${quoted(text)}`);
}

/** A number and the text behind it. */
interface Leading {
  readonly value: number;
  readonly rest: string;
}

/**
 * As `strtol` with base 0: decimal, `0x` hexadecimal, or octal after a `0`. What goes on as a fraction, or begins as one,
 * is read as one.
 */
function integerIn(text: string): Leading | null {
  const [whole = '', sign = '', digits = ''] =
    /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text) ?? [];
  if (/^[.eE]/.test(text.slice(whole.length))) return realIn(text);
  if (digits === '') return null;
  const value = wholeNumber(digits);
  return { value: sign === '-' ? -value : value, rest: text.slice(whole.length) };
}

function wholeNumber(digits: string): number {
  if (/^0x/i.test(digits)) return Number(digits);
  return Number.parseInt(digits, digits.startsWith('0') ? 8 : 10);
}

/** As `strtod`: decimal with fraction and exponent, or hexadecimal. */
function realIn(text: string): Leading | null {
  const form = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/;
  const [whole = '', sign = '', digits = ''] = form.exec(text) ?? [];
  if (digits === '') return null;
  const value = Number(digits);
  return { value: sign === '-' ? -value : value, rest: text.slice(whole.length) };
}

function readNumber(
  leading: Leading | null,
  round: (value: number) => number,
  facts: Shape,
  text: string,
): ParsedSetting {
  if (leading === null) return no(`${facts.name} is a number, not ${quoted(text)}`);
  const inUnit = inUnitOf(leading, facts);
  if (inUnit === null) {
    const units = Object.keys(scaleOf(facts).units);
    const known = units.length === 0 ? 'has no unit' : `has the units ${units.join(', ')}`;
    return no(`${facts.name} ${known}; ${quoted(text)} is not understood`);
  }
  const value = round(inUnit);
  if (value < Number(facts.min ?? -Infinity) || value > Number(facts.max ?? Infinity)) {
    const unit = facts.unit === null ? '' : `, in units of ${facts.unit}`;
    return no(`${facts.name} is from ${facts.min} to ${facts.max}${unit}; ${quoted(text)} is outside`);
  }
  // Negative zero is the server's zero.
  return yes(String(value + 0));
}

function inUnitOf({ value, rest }: Leading, facts: Shape): number | null {
  const name = rest.trim();
  if (name === '') return value;
  const { factor, units } = scaleOf(facts);
  const size = units[name];
  if (size === undefined) return null;
  const smaller = Math.max(...Object.values(units).filter((one) => one < size));
  // 30.1GB is meant as so many MB: the server rounds to the next smaller unit first.
  const base = Number.isFinite(smaller) ? roundHalfToEven((value * size) / smaller) * smaller : value * size;
  return base / factor;
}

/** As `rint` of C. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const over = value - floor;
  if (over !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function yes(value: string): ParsedSetting {
  return { ok: true, value };
}

function no(problem: string): ParsedSetting {
  return { ok: false, problem };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
