import type { Reader } from './reader.ts';

const CHARACTER = /'(?:\\[^\n][^'\n]{0,9}|[^\\'\n]{1,2})'/y;

/** Passes a character literal (`'"'`), so that a quote in it opens nothing. A lifetime (`'a`) is none. */
export function skipCharacter(reader: Reader): boolean {
  const match = reader.match(CHARACTER);
  if (match === null) return false;
  reader.at += match[0].length;
  return true;
}
