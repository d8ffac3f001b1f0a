/** What a backslash does in a text. */
export interface Escapes {
  /** Only these characters can be escaped, and stand for themselves; null for the usual set. */
  readonly only: string | null;
  /** An unknown escape loses its backslash or keeps it. */
  readonly unknown: 'drop' | 'keep';
  /** A backslash at the end of a line also takes the next line's indentation. */
  readonly takesIndent: boolean;
}

export const USUAL: Escapes = { only: null, unknown: 'drop', takesIndent: false };
export const KEEPING: Escapes = { only: null, unknown: 'keep', takesIndent: false };

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  s: ' ',
  '0': '\0',
};
const CODE_POINT = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8})/y;
const ITSELF = '\\\'"`$#{}';

/** Decodes the escape whose backslash is at an offset. */
export function decodeEscape(
  source: string,
  at: number,
  escapes: Escapes,
): { readonly decoded: string; readonly length: number } {
  const character = source.charAt(at + 1);
  if (escapes.only !== null) {
    return character !== '' && escapes.only.includes(character)
      ? { decoded: character, length: 2 }
      : { decoded: '\\', length: 1 };
  }
  if (character === '\n')
    return { decoded: '', length: 2 + (escapes.takesIndent ? blanks(source, at + 2) : 0) };
  CODE_POINT.lastIndex = at + 1;
  const match = CODE_POINT.exec(source);
  if (match !== null) {
    const code = Number.parseInt(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '', 16);
    if (code <= 0x10_ff_ff) return { decoded: String.fromCodePoint(code), length: match[0].length + 1 };
  }
  const simple = SIMPLE[character];
  if (simple !== undefined) return { decoded: simple, length: 2 };
  const keeps = escapes.unknown === 'keep' && !ITSELF.includes(character);
  return { decoded: keeps ? `\\${character}` : character, length: 2 };
}

function blanks(source: string, from: number): number {
  let at = from;
  while (/\s/.test(source.charAt(at))) at += 1;
  return at - from;
}
