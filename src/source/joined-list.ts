import { endOfOperand, readChain, type Chain } from './chain.ts';
import type { Language } from './language.ts';
import type { Piece, Token } from './token.ts';

/** More tokens than this are no list of a statement's lines. */
const MAX_TOKENS = 1000;

/** The text of `['SELECT …', 'FROM …'].join(' ')`, whose first element is at an index; null where it is no such list. */
export function readJoinedList(tokens: readonly Token[], index: number, language: Language): Chain | null {
  if (tokens[index - 1]?.text !== '[') return null;
  const elements: (readonly Piece[])[] = [];
  let at = index;
  while (tokens[at]?.text !== ']') {
    if (tokens[at] === undefined || at - index > MAX_TOKENS) return null;
    const element = readElement(tokens, at, language);
    elements.push(element.pieces);
    at = element.next;
    if (tokens[at]?.text === ',') at += 1;
    else if (tokens[at]?.text !== ']') return null;
  }
  const [dot, join, open, separator, close] = tokens.slice(at + 1, at + 6);
  if (dot?.text !== '.' || join?.text !== 'join' || open?.text !== '(' || close?.text !== ')') return null;
  const between = separator?.literal?.pieces ?? [];
  return {
    pieces: elements.flatMap((pieces, n) => (n === 0 ? pieces : [...between, ...pieces])),
    next: at + 6,
  };
}

function readElement(tokens: readonly Token[], at: number, language: Language): Chain {
  if (tokens[at]?.literal != null) return readChain(tokens, at, language, false);
  const next = endOfOperand(tokens, at, language);
  return { pieces: [{ hole: { tokens: tokens.slice(at, next) } }], next };
}
