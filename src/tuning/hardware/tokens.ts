import { instanceAt } from './instances/index.ts';
import type { Instance } from './instances/instance.ts';
import { readNumber, SIZE_UNITS } from './size.ts';
import { MOST_WORDS, phraseOf, type Phrase } from './vocabulary.ts';

/** A piece of a text about hardware; `text` as it stands there. */
export type Token =
  | {
      readonly kind: 'number';
      readonly text: string;
      /** Null where the digits make no number. */
      readonly value: number | null;
      /** Bytes of its unit; null where it has none. */
      readonly unitBytes: number | null;
    }
  | {
      readonly kind: 'phrase';
      readonly text: string;
      readonly phrase: Phrase;
      /** Whether a colon or a sign of equality follows, so that it is about what comes next. */
      readonly isLabel: boolean;
    }
  | { readonly kind: 'instance'; readonly text: string; readonly instance: Instance | string }
  /** `16–32 GB`. */
  | { readonly kind: 'range'; readonly text: string }
  /** What has a unit that a profile has no place for: `3000 IOPS`. */
  | { readonly kind: 'rate'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string }
  /** What keeps the words on its sides apart: a comma, a slash. */
  | { readonly kind: 'break'; readonly text: string };

const DIGITS = String.raw`\d[\d.,]*(?<![.,])`;

const SPACE = /[^\S\n]+|[:="'`*~≈<>≤≥()[\]]+|-(?!\d)|(?<=[\p{L}\d])-(?=\d)|[.!?](?!\d)/uy;
const BREAK = /[,;/|+&•·\n]+/y;
const RANGE = new RegExp(
  // Of the same unit, or of one that is said once.
  String.raw`${DIGITS}(?:\s*(?<unit>[a-z]{1,3}))?\s*(?:[-–—]|\.\.(?!\.)|\bto\b)\s*${DIGITS}\s*\k<unit>(?![a-z])(?:\s*[a-z]+)?`,
  'iy',
);
const RATE = new RegExp(
  String.raw`${DIGITS}\s*(?:[kmgt]?i?b(?:it|yte)?s?(?:\s*\/\s*s(?:ec)?|ps)|[kmg]?bits?(?:\s*\/\s*s)?|[kmg]?hz|rpm|k?\s?iops|[tqr]ps|ms|µs|us|ns|%)(?![a-z0-9])`,
  'iy',
);
/** `2 x 16`, `-4`, `1,500.5`. */
const NUMBER = new RegExp(
  String.raw`(?:(?<times>\d{1,3})\s*[x×*]\s*)?(?<number>(?:(?<![\p{L}\d)])[-−])?${DIGITS})`,
  'iuy',
);
const UNIT = /[\s-]?(?<unit>[a-z]+)(?![a-z0-9])/iy;
const LABELS = /[^\S\n]*[:=]/y;
const WORD = /[\p{L}_][\p{L}\d]*(?:[-_.][\p{L}\d]+)*/uy;

/** The pieces of a text, in their order; spaces and signs that join are left out. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const space = matchAt(SPACE, text, at)?.[0].length ?? 0;
    if (space > 0) {
      at += space;
      continue;
    }
    const token = tokenAt(text, at);
    if (token.kind !== 'phrase' || token.phrase.joins !== true) tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  const named = instanceAt(text, at);
  if (named !== null) return { kind: 'instance', ...named };
  const separator = matchAt(BREAK, text, at);
  if (separator !== null) return { kind: 'break', text: separator[0] };
  const rate = matchAt(RATE, text, at);
  if (rate !== null) return { kind: 'rate', text: rate[0] };
  const range = matchAt(RANGE, text, at);
  if (range !== null) return { kind: 'range', text: range[0] };
  return numberAt(text, at) ?? wordsAt(text, at);
}

function numberAt(text: string, at: number): Token | null {
  const match = matchAt(NUMBER, text, at);
  if (match === null) return null;
  const { times = '1', number = '' } = match.groups ?? {};
  const unit = matchAt(UNIT, text, at + match[0].length);
  const unitBytes = SIZE_UNITS.get(unit?.groups?.['unit']?.toLowerCase() ?? '') ?? null;
  const one = readNumber(number);
  return {
    kind: 'number',
    text: match[0] + (unitBytes === null ? '' : (unit?.[0] ?? '')),
    value: one === null ? null : one * Number(times),
    unitBytes,
  };
}

/** The longest phrase that is known, else one word, else one character. */
function wordsAt(text: string, at: number): Token {
  const ends: number[] = [];
  for (let end = at; ends.length < MOST_WORDS;) {
    const word = matchAt(WORD, text, end === at ? end : end + 1);
    if (word === null || (end !== at && !/[\s-]/.test(text.charAt(end)))) break;
    end = word.index + word[0].length;
    ends.push(end);
  }
  for (const end of ends.toReversed()) {
    const words = text.slice(at, end);
    const phrase = phraseOf(words);
    if (phrase !== undefined)
      return { kind: 'phrase', text: words, phrase, isLabel: matchAt(LABELS, text, end) !== null };
  }
  return { kind: 'word', text: text.slice(at, ends[0] ?? at + 1) };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
