import type { Language } from './language.ts';
import type { Piece, Token } from './token.ts';

/** Literals and expressions that are joined into one text. */
export interface Chain {
  readonly pieces: readonly Piece[];
  /** The index behind its last token. */
  readonly next: number;
}

/** An expression longer than this is not followed to its end. */
const MAX_OPERAND = 200;
const OPENS = new Set(['(', '[', '{']);
const CLOSES = new Set([')', ']', '}']);
const ENDS = new Set([',', ';', ':', '=', '=>', '?']);
const PREFIX = /^(?:new|await|typeof|not|ref|as|void|yield)$/;

/**
 * The text that begins with the literal at an index: `'…' + name + '…'`, or texts beside each other where the
 * language joins them (over lines only within brackets, which `inBrackets` says).
 */
export function readChain(
  tokens: readonly Token[],
  index: number,
  language: Language,
  inBrackets: boolean,
): Chain {
  const pieces: Piece[] = [...(tokens[index]?.literal?.pieces ?? [])];
  let at = index + 1;
  for (;;) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.literal !== null && language.adjacent && (inBrackets || !token.startsLine)) {
      pieces.push(...token.literal.pieces);
      at += 1;
    } else if (token.kind === 'mark' && language.joins.includes(token.text)) {
      const joined = tokens[at + 1]?.literal ?? null;
      if (joined !== null && !isCalledUpon(tokens, at + 2, language)) {
        pieces.push(...joined.pieces);
        at += 2;
      } else {
        const end = endOfOperand(tokens, at + 1, language);
        pieces.push({ hole: { tokens: tokens.slice(at + 1, end) } });
        at = end;
      }
    } else break;
  }
  return { pieces, next: at };
}

function isCalledUpon(tokens: readonly Token[], at: number, language: Language): boolean {
  return tokens[at]?.text === '.' && !language.joins.includes('.');
}

/** The index behind the operand that begins at an index: at the next join, or where the expression ends. */
export function endOfOperand(tokens: readonly Token[], from: number, language: Language): number {
  let depth = 0;
  for (let at = from; at < tokens.length && at < from + MAX_OPERAND; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind === 'mark' && OPENS.has(token.text)) depth += 1;
    else if (token.kind === 'mark' && CLOSES.has(token.text)) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (depth === 0 && at > from && endsOperand(tokens, at, language)) return at;
  }
  return Math.min(tokens.length, from + MAX_OPERAND);
}

function endsOperand(tokens: readonly Token[], at: number, language: Language): boolean {
  const token = tokens[at];
  const before = tokens[at - 1];
  if (token === undefined || before === undefined) return true;
  if (token.kind === 'mark') return ENDS.has(token.text) || language.joins.includes(token.text);
  const operand = before.kind !== 'mark' || CLOSES.has(before.text);
  return operand && !PREFIX.test(before.text);
}
