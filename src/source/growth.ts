import type { Language } from './language.ts';
import type { Literal, Token } from './token.ts';

const GROWS = new Set(['+=', '.=', '<<']);
const GROWING_CALL = /^(?:append\w*|push_str|push|concat|writestring)$/i;
const FUNCTION = /^(?:function|def)$/;
const CONSTANT = /^\$?[A-Z][A-Z\d_]*$/;
const BRANCH = /^(?:else|then|do)$/;
/** What may stand between `=` and the literal: `String::from(`, `textwrap.dedent(`. */
const WRAPPING = /^(?:\(|\.|::|!|&)$/;
const MAX_WRAPPING = 8;

/**
 * The indexes of the literals that are put into a variable which the program adds to (`query += …`, `query + …`,
 * `${query} …`) before it is declared anew: what they hold is not all that is run. Where variables are not
 * declared, only constants outlive the function that they are in.
 */
export function literalsThatGrow(tokens: readonly Token[], language: Language): ReadonlySet<number> {
  const grown = new Set<string>();
  const found = new Set<number>();
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token === undefined) continue;
    if (token.literal !== null) {
      const name = variableOf(tokens, at);
      if (name !== null && grown.has(name)) found.add(at);
      const continued = continuedIn(token.literal);
      if (continued !== null) grown.add(continued);
    } else if (token.kind === 'word') {
      if (!language.declares && FUNCTION.test(token.text)) keepConstants(grown);
      else if (growsAt(tokens, at, language)) grown.add(token.text);
      else if (isDeclaredAt(tokens, at)) grown.delete(token.text);
    }
  }
  return found;
}

function keepConstants(names: Set<string>): void {
  for (const name of names) if (!CONSTANT.test(name)) names.delete(name);
}

/** The variable that a text begins with and goes on behind: `${query} WHERE …`. */
function continuedIn({ pieces }: Literal): string | null {
  const [before, first, ...rest] = pieces;
  if (before === undefined || first === undefined || rest.length === 0 || !('hole' in first)) return null;
  const [token, ...others] = first.hole.tokens;
  const isFirst = 'text' in before && before.text.trim() === '';
  return isFirst && others.length === 0 && token?.kind === 'word' ? token.text : null;
}

/** The variable that a literal is put into. */
export function variableOf(tokens: readonly Token[], literal: number): string | null {
  for (let at = literal - 1; at >= Math.max(1, literal - MAX_WRAPPING); at--) {
    const token = tokens[at];
    if (token === undefined || token.literal !== null) return null;
    if (token.text === '=' || token.text === ':=') {
      const typed = tokens[at - 2]?.text === ':';
      const variable = tokens[typed ? at - 3 : at - 1];
      return variable?.kind === 'word' ? variable.text : null;
    }
    if (token.kind === 'mark' && !WRAPPING.test(token.text)) return null;
  }
  return null;
}

function growsAt(tokens: readonly Token[], at: number, { joins }: Language): boolean {
  const mark = tokens[at + 1]?.text ?? '';
  const next = tokens[at + 2]?.text ?? '';
  const behind = tokens[at + 3]?.text ?? '';
  if (GROWS.has(mark)) return true;
  // What is before it (`'Running ' + query + …`) is no statement, and so is the whole.
  if (joins.includes(mark)) return !joins.includes(tokens[at - 1]?.text ?? '');
  return mark === '.' && GROWING_CALL.test(next) && behind === '(';
}

/** A name behind another word and before `=`: `let query =`, `String query =`; or `query :=`. */
function isDeclaredAt(tokens: readonly Token[], at: number): boolean {
  const mark = tokens[at + 1]?.text;
  const before = tokens[at - 1];
  return (
    mark === ':=' ||
    ((mark === '=' || mark === ':') &&
      before?.kind === 'word' &&
      !BRANCH.test(before.text) &&
      tokens[at]?.startsLine === false)
  );
}
