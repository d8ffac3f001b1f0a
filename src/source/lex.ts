import type { Reader } from './reader.ts';
import type { Hole, Token } from './token.ts';

const BLANKS = /(?:[^\S\n]|\\\n)+/y;
const WORD = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*/y;
const MARK = /===|!==|=>|==|!=|<=|>=|\+\+|--|\+=|\.=|:=|<<|->|::|\?\.|&&|\|\||\?\?|[^]/y;
const BLANK = /[\s\\]/;

/**
 * The tokens from the reader's position to its end, or to the closing brace that belongs to nothing before it,
 * which is passed. Linear in the length of the text; whatever the text is, it is read to the end.
 */
export function lex(reader: Reader, until: '}' | null = null): Token[] {
  const { language, source } = reader;
  const tokens: Token[] = [];
  let braces = 0;
  let startsLine = true;
  while (reader.at < reader.end) {
    const start = reader.at;
    const first = source.charAt(start);
    if (skipComment(reader)) continue;
    if (BLANK.test(first) && skipBlank(reader, first)) {
      startsLine ||= first === '\n';
      continue;
    }
    const literal = language.literal(reader, tokens);
    if (literal !== null) {
      tokens.push({ kind: 'literal', text: '', start, end: reader.at, startsLine, literal });
    } else if (language.skip(reader, tokens)) {
      continue;
    } else {
      const word = reader.match(WORD);
      const text = (word ?? reader.match(MARK))?.[0] ?? first;
      reader.at += text.length;
      if (text === '{') braces += 1;
      if (text === '}') {
        if (until !== null && braces === 0) return tokens;
        braces -= 1;
      }
      const kind = word === null ? 'mark' : 'word';
      tokens.push({ kind, text, start, end: reader.at, startsLine, literal: null });
    }
    startsLine = false;
  }
  return tokens;
}

function skipBlank(reader: Reader, first: string): boolean {
  if (first === '\n') {
    const { jump } = reader;
    const passes = jump !== null && reader.at >= jump.from;
    reader.at = passes ? Math.max(reader.at + 1, jump.to) : reader.at + 1;
    if (passes) reader.jump = null;
    return true;
  }
  const blanks = reader.match(BLANKS);
  if (blanks === null) return false;
  reader.at += blanks[0].length;
  return true;
}

function skipComment(reader: Reader): boolean {
  const { lineComments, blockComment } = reader.language;
  for (const open of lineComments) {
    if (!reader.startsWith(open)) continue;
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
