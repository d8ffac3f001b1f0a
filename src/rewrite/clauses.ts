import { isDeepStrictEqual } from 'node:util';
import type { FieldsOf } from '../sql/walk.ts';
import { canonical } from './canonical.ts';
import { behind, readText, slice, type Edit, type Extent, type Text } from './extent.ts';
import { print } from './print.ts';

type SelectStmt = FieldsOf<'SelectStmt'>;

/** The clauses of a plain SELECT in their order, by the word that each begins with, and the fields that hold them. */
const CLAUSES = {
  with: ['withClause'],
  select: ['distinctClause'],
  targets: ['targetList'],
  from: ['fromClause'],
  where: ['whereClause'],
  group: ['groupClause', 'groupDistinct'],
  having: ['havingClause'],
  window: ['windowClause'],
  order: ['sortClause'],
  limit: ['limitCount', 'limitOffset', 'limitOption'],
  for: ['lockingClause'],
} as const satisfies Readonly<Record<string, readonly (keyof SelectStmt)[]>>;

type Clause = keyof typeof CLAUSES;

/**
 * The edits that change, add and remove whole clauses of a plain SELECT; null for other queries.
 * @param finer the edits within one field, where there are any that do
 */
export function clauseEdits(
  before: SelectStmt,
  after: SelectStmt,
  extent: Extent,
  text: Text,
  finer: (field: keyof SelectStmt) => Edit[] | null,
): Edit[] | null {
  if (before.larg !== undefined || after.larg !== undefined)
    return setOperationEdits(before, after, extent, text, finer);
  if (before.valuesLists !== undefined || after.valuesLists !== undefined) return null;
  const old = clausesOf(text, extent);
  const edits: Edit[] = [];
  let previous: Extent | null = null;
  for (const [clause, fields] of Object.entries(CLAUSES) as [Clause, readonly (keyof SelectStmt)[]][]) {
    const here = old.get(clause);
    if (fields.some((field) => !isDeepStrictEqual(canonical(before[field]), canonical(after[field])))) {
      const found = here === undefined ? null : all(fields.map(finer));
      const wanted = found === null ? printed(after, clause) : null;
      if (found !== null) edits.push(...found);
      else if (here !== undefined) edits.push({ ...here, replacement: wanted ?? '' });
      // A new clause stands behind the one before it.
      else if (previous !== null && wanted !== null) edits.push(behind(previous.last, ` ${wanted}`, text));
      else return null;
    }
    previous = here ?? previous;
  }
  return edits;
}

/** The text of one clause; null where there is none. Alone, since the deparser does not know all of the others. */
function printed(select: SelectStmt, clause: Clause): string | null {
  const fields = CLAUSES[clause].map((field) => [field, select[field]] as const);
  const alone = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  const text = readText(print({ SelectStmt: { op: 'SETOP_NONE', ...alone } }, { pretty: false }));
  const extent = clausesOf(text, { first: 0, last: text.tokens.length - 1 }).get(clause);
  return extent === undefined ? null : slice(text, extent);
}

/** UNION and UNION ALL differ by the words between the arms. */
function setOperationEdits(
  before: SelectStmt,
  after: SelectStmt,
  { first, last }: Extent,
  text: Text,
  finer: (field: keyof SelectStmt) => Edit[] | null,
): Edit[] | null {
  const { op: _, all: __, ...rest } = before;
  const edits = all((Object.keys(rest) as (keyof SelectStmt)[]).map(finer));
  if (edits === null || before.op !== after.op || after.op !== 'SETOP_UNION') return null;
  // The arms lean to the left: the last UNION that is not in brackets is the outermost.
  const words = wordsOutside(text, { first, last });
  const at = words.findLast(({ word }) => word === 'union')?.at;
  if (at === undefined) return null;
  const end = /^(?:all|distinct)$/.test(text.tokens[at + 1]?.word ?? '') ? at + 1 : at;
  return [...edits, { first: at, last: end, replacement: after.all === true ? 'UNION ALL' : 'UNION' }];
}

function all(lists: readonly (Edit[] | null)[]): Edit[] | null {
  return lists.every((list) => list !== null) ? lists.flat() : null;
}

/** Where the clauses of a SELECT stand; `select` is its head, with DISTINCT, `targets` what is behind it. */
function clausesOf(text: Text, extent: Extent): Map<Clause, Extent> {
  const words = wordsOutside(text, extent);
  const starts = words.flatMap(({ word, at }, index) => {
    const clause = clauseOf(word, words[index - 1]?.word);
    return clause === null ? [] : [{ clause, at }];
  });
  const clauses = new Map<Clause, Extent>();
  for (const [index, { clause, at }] of starts.entries()) {
    const last = (starts[index + 1]?.at ?? extent.last + 1) - 1;
    const known = clauses.get(clause);
    if (known !== undefined) clauses.set(clause, { first: known.first, last });
    else if (clause === 'select') {
      const head = headOf(text, at);
      clauses.set('select', { first: at, last: head });
      if (head < last) clauses.set('targets', { first: head + 1, last });
    } else clauses.set(clause, { first: at, last });
  }
  return clauses;
}

/** The last token of `SELECT`, `SELECT ALL`, `SELECT DISTINCT` or `SELECT DISTINCT ON (…)`. */
function headOf({ tokens }: Text, at: number): number {
  if (!/^(?:all|distinct)$/.test(tokens[at + 1]?.word ?? '')) return at;
  if (tokens[at + 2]?.word !== 'on') return at + 1;
  let depth = 0;
  for (let end = at + 3; end < tokens.length; end += 1) {
    if (tokens[end]?.word === '(') depth += 1;
    if (tokens[end]?.word === ')') depth -= 1;
    if (depth === 0) return end;
  }
  return at + 1;
}

function clauseOf(word: string, previous: string | undefined): Clause | null {
  if (word === 'with') return previous === undefined ? 'with' : null;
  // `IS DISTINCT FROM`, `WITHIN GROUP`
  if ((word === 'from' && previous === 'distinct') || (word === 'group' && previous === 'within'))
    return null;
  if (word === 'offset' || word === 'fetch') return 'limit';
  return word !== 'targets' && Object.hasOwn(CLAUSES, word) ? (word as Clause) : null;
}

/** The tokens that are in no brackets. */
function wordsOutside(
  { tokens }: Text,
  { first, last }: Extent,
): { readonly word: string; readonly at: number }[] {
  let depth = 0;
  const words: { word: string; at: number }[] = [];
  for (let at = first; at <= last; at += 1) {
    const word = tokens[at]?.word ?? '';
    if (word === ')' || word === ']') depth -= 1;
    if (depth === 0) words.push({ word, at });
    if (word === '(' || word === '[') depth += 1;
  }
  return words;
}
