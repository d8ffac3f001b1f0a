import type { Hole, Piece } from './token.ts';
import { codeOf } from './sql-text.ts';

/** A text without holes, with something in place of each. */
export type Filled = { readonly text: string; readonly first: number; readonly count: number };

/** The text with `$n` for its holes, numbered behind the highest `$n` of its own. */
export function withNumbers(pieces: readonly Piece[]): Filled {
  const own = pieces.flatMap((piece) => ('text' in piece ? [...piece.text.matchAll(/\$(\d{1,5})/g)] : []));
  const first = own.reduce((highest, match) => Math.max(highest, Number(match[1])), 0) + 1;
  let number = first;
  const text = pieces.map((piece) => ('text' in piece ? piece.text : `$${number++}`)).join('');
  return { text, first, count: number - first };
}

/**
 * Texts that a dynamic statement may be in one of its forms, the likeliest first: they tell whether it is a
 * statement at all, not what it is.
 */
export function* withStandIns(pieces: readonly Piece[]): Generator<string> {
  let text = '';
  for (const [at, piece] of pieces.entries()) {
    if ('text' in piece) text += piece.text;
    else {
      const next = pieces[at + 1];
      text += standIn(text, next !== undefined && 'text' in next ? next.text : '');
    }
  }
  yield text;
  for (const constant of ['', 'x']) {
    yield pieces.map((piece) => ('text' in piece ? piece.text : constant)).join('');
  }
}

/** What stands before a hole, and what it may be there. */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [/["'\w.$]$/, 'x'],
  [/\b(?:from|join|into|update|only|table|using|as)\s*$/i, 'x'],
  [/\b(?:in|values)\s*$/i, '(NULL)'],
  [/\b(?:where|and|or|on|having|not|when)\s*\(?\s*$/i, 'TRUE'],
  [/\bset\s*$/i, 'x = NULL'],
  [
    /(?:\b(?:select|by|limit|offset|distinct|all|any|like|between|returning|then|else)|[,(=<>+*/|-])\s*$/i,
    'NULL',
  ],
];

function standIn(before: string, after: string): string {
  // Only the last words matter, and looking at all of the text for each hole would be quadratic.
  const code = codeOf(before.slice(-200));
  const attached = /^["'\w.]/.test(after) ? 'x' : '';
  return STAND_INS.find(([pattern]) => pattern.test(code))?.[1] ?? attached;
}

const FRAGMENT_WORDS = /^(?:sql|pgsql|prisma|raw|identifier|ident|unsafe|join|fragment|empty)$/i;

/** Whether an interpolation in a tagged template is a piece of SQL: `sql(…)`, `Prisma.join(…)`, a variable that holds one. */
export function isFragment(hole: Hole, fragments: ReadonlySet<string>): boolean {
  const [first] = hole.tokens;
  if (hole.tokens.length === 1 && first !== undefined && fragments.has(first.text)) return true;
  return hole.tokens.some(({ kind, text }) => kind === 'word' && FRAGMENT_WORDS.test(text));
}
