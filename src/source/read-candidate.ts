import type { Node } from '@pgsql/types';
import { highestParameter } from '../sql/parameters.ts';
import type { Candidate } from './candidate.ts';
import type { FoundStatement } from './found-statement.ts';
import { isFragment, withNumbers, withStandIns } from './holes.ts';
import type { Language } from './language.ts';
import { readStatement } from './placeholders.ts';
import { beginsAsStatement, isMeantAsSql, looksLikeStatement, type Sought } from './plausible.ts';
import { splitStatements } from './split.ts';
import type { Piece } from './token.ts';
import { areSurelyValues, mayBeValues } from './value-position.ts';

export type ReadCandidate = Pick<FoundStatement, 'sql' | 'placeholders' | 'dynamic'>;

/** The statements of a text, none where it is no SQL. Needs `loadParser()` before. */
export function readCandidate(
  candidate: Candidate,
  language: Language,
  fragments: ReadonlySet<string>,
  sought: Sought,
): readonly ReadCandidate[] {
  const { pieces } = candidate;
  const [first] = pieces;
  if (first === undefined || !('text' in first) || !beginsAsStatement(first.text, sought)) return [];
  const hasHoles = pieces.some((piece) => 'hole' in piece);
  return hasHoles
    ? readWithHoles(candidate, language, fragments, sought)
    : readText(textOf(pieces), language, candidate.incomplete, sought);
}

function readText(
  text: string,
  language: Language,
  incomplete: boolean,
  sought: Sought,
): readonly ReadCandidate[] {
  if (!looksLikeStatement(text, sought)) return [];
  return splitStatements(text).flatMap((part) => {
    if (!beginsAsStatement(part.sql, sought)) return [];
    const read = readStatement(part.sql, language.percent);
    if (read === null || !isMeantAsSql(read.sql, read.tree)) return [];
    return [{ sql: read.sql, placeholders: highestParameter(read.tree), dynamic: incomplete || read.quoted }];
  });
}

function readWithHoles(
  candidate: Candidate,
  language: Language,
  fragments: ReadonlySet<string>,
  sought: Sought,
): readonly ReadCandidate[] {
  const { pieces } = candidate;
  const { text, first, count } = withNumbers(pieces);
  const [part, ...others] = splitStatements(text);
  const read = part === undefined || others.length > 0 ? null : readStatement(part.sql, false);
  if (read !== null && isMeantAsSql(read.sql, read.tree)) {
    const placeholders = highestParameter(read.tree);
    // What has placeholders of its own sends its values by them: what it interpolates is something else.
    const mixed = placeholders > count;
    const dynamic =
      candidate.incomplete || mixed || !holdsValues(candidate, language, fragments, read.tree, first, count);
    return [{ sql: read.sql, placeholders, dynamic }];
  }
  for (const filled of withStandIns(pieces)) {
    const found = readText(filled, language, true, sought);
    if (found.length > 0) return found;
  }
  return [];
}

function holdsValues(
  { how, pieces }: Candidate,
  language: Language,
  fragments: ReadonlySet<string>,
  tree: Node,
  first: number,
  count: number,
): boolean {
  const numbers = Array.from({ length: count }, (_, n) => first + n);
  if (how !== 'sql-tag') return language.valueHoles && areSurelyValues(tree, numbers);
  if (pieces.some((piece) => 'hole' in piece && isFragment(piece.hole, fragments))) return false;
  return mayBeValues(tree, numbers);
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ('text' in piece ? piece.text : '')).join('');
}
