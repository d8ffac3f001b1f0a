import type { Token } from './token.ts';

const GROWS = new Set(['+=', '.=', '<<']);
const GROWING_CALL = /^(?:append\w*|push_str|push|concat|writestring)$/i;
const FUNCTION = /^(?:function|def|func|fn|fun)$/;
/** What may stand between `=` and the literal: `String::from(`, `textwrap.dedent(`. */
const WRAPPING = /^(?:\(|\.|::|!|&)$/;
const MAX_WRAPPING = 8;

/**
 * The indexes of the literals that are put into a variable which the program adds to later (`query += …`), before
 * it is declared anew or another function begins: what they hold is not all that is run.
 */
export function literalsThatGrow(tokens: readonly Token[]): ReadonlySet<number> {
  const grown = new Set<string>();
  const found = new Set<number>();
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token === undefined) continue;
    if (token.literal !== null) {
      const name = variableOf(tokens, at);
      if (name !== null && grown.has(name)) found.add(at);
    } else if (token.kind === 'word') {
      if (FUNCTION.test(token.text)) grown.clear();
      else if (growsAt(tokens, at)) grown.add(token.text);
      else if (isDeclaredAt(tokens, at)) grown.delete(token.text);
    }
  }
  return found;
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

function growsAt(tokens: readonly Token[], at: number): boolean {
  const [name, mark, next, call] = tokens.slice(at, at + 4);
  if (mark === undefined || next === undefined) return false;
  if (GROWS.has(mark.text)) return true;
  if (mark.text === '=') return next.text === name?.text && ['+', '.'].includes(call?.text ?? '');
  return mark.text === '.' && GROWING_CALL.test(next.text) && call?.text === '(';
}

/** A name behind another word and before `=`: `let query =`, `String query =`; or `query :=`. */
function isDeclaredAt(tokens: readonly Token[], at: number): boolean {
  const mark = tokens[at + 1]?.text;
  const before = tokens[at - 1];
  return (
    mark === ':=' ||
    ((mark === '=' || mark === ':') && before?.kind === 'word' && tokens[at]?.startsLine === false)
  );
}
