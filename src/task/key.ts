/** What changes in a title while work goes on: status words and emoji at its end, a bold note, counts in a heading. */
const STATUS_SUFFIX = /\s*(?:←.*|\bstatus:\s*\w+)\s*$/iu;
const SYMBOLS = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f)+/gu;
const COUNTS = /\(\s*\d+\s*(?:\/|of)\s*\d+[^)]*\)|\d+\s*%/g;
const NEEDS_CLEANING = /[^\p{L}\p{N}\p{P} `=<>+$^|~]|status:|%|\(\d/u;

/** What an item's key says of the item itself. */
export function keyOwn(id: string | null, title: string): string {
  return `${clean(id ?? '')} / ${clean(title)}`;
}

/** What an item's key says of where it stands. */
export function keyPath(headings: readonly string[]): string {
  return headings.map((heading) => `${clean(heading)} / `).join('');
}

/** `ordinal` of `total` items with the same base. The total is in it so that a new duplicate makes old keys ambiguous. */
export function itemKey(base: string, ordinal: number, total: number): string {
  return total === 1 ? base : `${base} @${ordinal}/${total}`;
}

/** A key without its ordinal. */
export function baseOfKey(key: string): string {
  return key.replace(/ @\d+\/\d+$/, '');
}

function clean(part: string): string {
  const lower = part.toLowerCase();
  if (!NEEDS_CLEANING.test(lower)) return lower.trim();
  return lower
    .replace(STATUS_SUFFIX, '')
    .replace(COUNTS, '')
    .replace(SYMBOLS, '')
    .replace(/\s+/g, ' ')
    .trim();
}
