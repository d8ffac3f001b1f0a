import type { Candidate } from './candidate.ts';
import { readChain, type Chain } from './chain.ts';
import { literalsThatGrow, variableOf } from './growth.ts';
import { readJoinedList } from './joined-list.ts';
import type { Language } from './language.ts';
import { holesOfDirectives, surroundingsOf } from './surroundings.ts';
import { beginsAsStatement, type Sought } from './plausible.ts';
import { hasSqlTag } from './tag.ts';
import type { Piece, Token } from './token.ts';

/** The bar that Kotlin's `trimMargin` takes away. */
const MARGIN = /^[ \t]*\|/gm;

/** Every text of a source file that begins as a statement does, those within interpolations included. */
export function candidatesIn(
  tokens: readonly Token[],
  language: Language,
  sought: Sought,
  anchor?: number,
): Candidate[] {
  const found: Candidate[] = [];
  let grown: ReadonlySet<number> | null = null;
  let brackets = 0;
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    if (token?.literal == null) {
      if (token?.kind === 'mark') brackets = Math.max(0, brackets + nesting(token.text));
      at += 1;
      continue;
    }
    const list = readJoinedList(tokens, at, language);
    const chain = list ?? readChain(tokens, at, language, brackets > 0);
    if (beginsAsCandidate(chain, sought)) {
      grown ??= literalsThatGrow(tokens, language);
      found.push(toCandidate(tokens, at, chain, language, grown, anchor ?? token.start));
    }
    for (const piece of chain.pieces) {
      if ('hole' in piece)
        found.push(...candidatesIn(piece.hole.tokens, language, sought, anchor ?? token.start));
    }
    // A list's brackets are passed as a whole.
    if (list !== null) brackets = Math.max(0, brackets - 1);
    at = chain.next;
  }
  return found;
}

function beginsAsCandidate({ pieces: [first] }: Chain, sought: Sought): boolean {
  return first !== undefined && 'text' in first && beginsAsStatement(first.text.replace(MARGIN, ''), sought);
}

function toCandidate(
  tokens: readonly Token[],
  at: number,
  chain: Chain,
  language: Language,
  grown: ReadonlySet<number>,
  anchor: number,
): Candidate {
  const { formatted, partial, margin } = surroundingsOf(tokens, at, chain.next, language);
  const unformatted = margin ? withoutMargin(chain.pieces) : chain.pieces;
  const pieces = formatted ? holesOfDirectives(unformatted) : unformatted;
  const start = tokens[at]?.start ?? anchor;
  const isTemplate = tokens[at]?.literal?.template === true;
  return {
    start,
    end: tokens[chain.next - 1]?.end ?? start,
    pieces,
    how: isTemplate ? (hasSqlTag(tokens, at) ? 'sql-tag' : 'template') : 'string',
    incomplete: partial || grown.has(at) || (formatted && holesOf(pieces) > holesOf(unformatted)),
    anchor,
  };
}

function holesOf(pieces: readonly Piece[]): number {
  return pieces.filter((piece) => 'hole' in piece).length;
}

/** The variables that hold a piece of SQL rather than a value. */
export function fragmentNames(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.literal?.template !== true || !hasSqlTag(tokens, at)) continue;
    const name = assignedName(tokens, at);
    if (name !== null) names.add(name);
  }
  return names;
}

/** The variable before the nearest `=`, whatever expression the template stands in. */
function assignedName(tokens: readonly Token[], index: number): string | null {
  for (let at = index - 1; at >= Math.max(1, index - 30); at--) {
    const text = tokens[at]?.text;
    if (text === ';' || text === '{') return null;
    if (text === '=') return variableOf(tokens, at + 1);
  }
  return null;
}

function nesting(mark: string): number {
  if (mark === '(' || mark === '[' || mark === '{') return 1;
  return mark === ')' || mark === ']' || mark === '}' ? -1 : 0;
}

function withoutMargin(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map((piece) => ('text' in piece ? { text: piece.text.replaceAll(MARGIN, '') } : piece));
}
