import type { Language } from './language.ts';
import type { Piece, Token } from './token.ts';

const FORMATS = /^(?:v?s?n?printf|format|formatted|interpolate)$/i;
const APPENDS = /^(?:append\w*|push|push_str|add|concat|writestring|writeline|write|join|plus)$/i;
const CHANGES =
  /^(?:replace\w*|concat|sub|gsub|substitute|safe_substitute|plus|append|slice|substring|split)$/i;
const DIRECTIVE =
  /%%|%(?:\(\w+\)|\d+\$)?[-+ #0]*\d*(?:\.\d+)?[sdifvqxruLI](?!\w)|\{\{|\}\}|\{\w*(?:[:!][^{}]*)?\}/g;

/** What the program does with a text besides running it. */
export interface Surroundings {
  /** It is formatted: `%s` and `{}` in it are filled. */
  readonly formatted: boolean;
  /** It is a part of a longer text, or changed. */
  readonly partial: boolean;
  /** Every line begins with a bar that is taken away: Kotlin's `trimMargin`. */
  readonly margin: boolean;
}

/** @param from the index of the first token of the text, @param to the index behind its last */
export function surroundingsOf(
  tokens: readonly Token[],
  from: number,
  to: number,
  language: Language,
): Surroundings {
  const before = tokens[from - 1];
  const called = before?.text === '(' ? calledName(tokens, from - 2) : '';
  const inParentheses = before?.text === '(' && called === '' && tokens[to]?.text === ')';
  const after = inParentheses ? to + 1 : to;
  const method = methodAt(tokens, after, language);
  const percent = tokens[after]?.text === '%' && !language.joins.includes('.');
  const isElement =
    before?.text === '[' && tokens[from - 2]?.text === '(' && tokens[from - 3]?.text === 'join';
  return {
    formatted: FORMATS.test(called) || FORMATS.test(method) || percent,
    partial:
      isElement ||
      APPENDS.test(called) ||
      CHANGES.test(method) ||
      (before !== undefined && before.kind === 'mark' && addsTo(before.text, language)),
    margin: method === 'trimMargin',
  };
}

function addsTo(mark: string, language: Language): boolean {
  return language.joins.includes(mark) || ['+=', '.=', '<<'].includes(mark);
}

/** The name of a function or macro: `format(`, `format!(`. */
function calledName(tokens: readonly Token[], at: number): string {
  const token = tokens[tokens[at]?.text === '!' ? at - 1 : at];
  return token?.kind === 'word' ? token.text : '';
}

/** The last of the methods called upon a text: `.trim().format(…)`. */
function methodAt(tokens: readonly Token[], at: number, language: Language): string {
  if (language.joins.includes('.') || !['.', '?.'].includes(tokens[at]?.text ?? '')) return '';
  const name = tokens[at + 1]?.text ?? '';
  const isEmptyCall = tokens[at + 2]?.text === '(' && tokens[at + 3]?.text === ')';
  return (isEmptyCall ? methodAt(tokens, at + 4, language) : '') || name;
}

/** The pieces of a text that is formatted: each directive is a hole. */
export function holesOfDirectives(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.flatMap((piece): readonly Piece[] => {
    if ('hole' in piece) return [piece];
    const parts: Piece[] = [];
    let copied = 0;
    for (const match of piece.text.matchAll(DIRECTIVE)) {
      const [directive] = match;
      parts.push({ text: piece.text.slice(copied, match.index) });
      const doubled = ['%%', '{{', '}}'].includes(directive);
      parts.push(doubled ? { text: directive.charAt(0) } : { hole: { tokens: [] } });
      copied = match.index + directive.length;
    }
    return [...parts, { text: piece.text.slice(copied) }];
  });
}
