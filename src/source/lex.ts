import type { Reader } from './reader.ts';
import type { Hole, Token } from './token.ts';

const BLANKS = /(?:[^\S\n]|\\\n)+/y;
const WORD = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /\d[\w.]*/y;
const MARK = /===|!==|=>|==|!=|<=|>=|\+\+|--|\+=|\.=|:=|<<|->|::|\?\.|&&|\|\||\?\?|[^]/y;

/**
 * The tokens from the reader's position to its end, or to the closing brace that belongs to nothing before it,
 * which is passed. Linear in the length of the text; whatever the text is, it is read to the end.
 */
export function lex(reader: Reader, until: '}' | null = null): Token[] {
  const tokens: Token[] = [];
  let braces = 0;
  let startsLine = true;
  const push = (token: Pick<Token, 'kind' | 'text' | 'start' | 'literal'>): void => {
    tokens.push({ ...token, end: reader.at, startsLine });
    startsLine = false;
  };
  while (reader.at < reader.end) {
    const start = reader.at;
    if (skipComment(reader)) continue;
    if (skipBlank(reader)) {
      startsLine ||= reader.source.charAt(start) === '\n';
      continue;
    }
    const literal = reader.language.literal(reader, tokens);
    if (literal !== null) {
      push({ kind: 'literal', text: '', start, literal });
      continue;
    }
    if (reader.language.skip(reader, tokens)) continue;
    const word = (reader.match(WORD) ?? reader.match(NUMBER))?.[0];
    const text = word ?? reader.match(MARK)?.[0] ?? reader.source.slice(start, start + 1);
    reader.at += text.length;
    if (text === '{') braces += 1;
    if (text === '}') {
      if (until !== null && braces === 0) return tokens;
      braces -= 1;
    }
    push({ kind: word === undefined ? 'mark' : 'word', text, start, literal: null });
  }
  return tokens;
}

function skipBlank(reader: Reader): boolean {
  if (reader.source.charAt(reader.at) === '\n') {
    const { jump } = reader;
    if (jump !== null && reader.at >= jump.from) {
      reader.at = Math.max(reader.at + 1, jump.to);
      reader.jump = null;
    } else reader.at += 1;
    return true;
  }
  const blanks = reader.match(BLANKS);
  if (blanks === null) return false;
  reader.at += blanks[0].length;
  return true;
}

function skipComment(reader: Reader): boolean {
  const { lineComments, blockComment } = reader.language;
  if (lineComments.some((open) => reader.startsWith(open))) {
    reader.at = reader.indexOf('\n');
    return true;
  }
  if (blockComment === null || !reader.startsWith(blockComment.open)) return false;
  const { open, close, nests } = blockComment;
  let depth = 1;
  reader.at += open.length;
  while (depth > 0 && reader.at < reader.end) {
    const end = reader.indexOf(close);
    const inner = nests ? reader.source.slice(reader.at, end).split(open).length - 1 : 0;
    depth += inner - 1;
    reader.at = Math.min(end + close.length, reader.end);
  }
  return true;
}

/** Templates within templates: deeper than any person nests them, shallow enough for the stack. */
const MAX_DEPTH = 40;

/** Reads the tokens of an interpolation that `open` begins, and its closing brace; null where none begins. */
export function lexHole(reader: Reader, open: string): Hole | null {
  if (!reader.startsWith(open)) return null;
  reader.at += open.length;
  const nested = reader.within(reader.at, reader.end);
  const tokens = nested.depth > MAX_DEPTH ? [] : lex(nested, '}');
  reader.at = nested.depth > MAX_DEPTH ? reader.end : nested.at;
  return { tokens };
}
