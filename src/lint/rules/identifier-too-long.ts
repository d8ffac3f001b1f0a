import type { Node } from '@pgsql/types';
import { quoteName } from '../../sql/quote.ts';
import { addedConstraints, createdConstraints, newColumns } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const identifierTooLong: LintRule = {
  name: 'identifier-too-long',
  summary: 'names of more than 63 bytes are cut off, and two of them may become one',

  find({ tree, sql }) {
    return [...new Set(namesGiven(tree))]
      .filter((name) => isCutOff(name, sql))
      .map((name) => ({
        message: `the server cuts the name to ${quoteName(name)}, 63 bytes; another one with the same beginning is then the same name`,
        instead: 'a name of at most 63 bytes',
      }));
  },
};

/** `NAMEDATALEN - 1`, less what a character of several bytes may leave unused. */
const FEWEST_BYTES = 60;

/** The parser has cut the names already; the text still shows how they went on. */
function isCutOff(name: string, sql: string): boolean {
  if (Buffer.byteLength(name) < FEWEST_BYTES) return false;
  const [text, start] = [sql.toLowerCase(), name.toLowerCase()];
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
    if (/[\p{L}\p{N}_$]/u.test(text.slice(at + start.length, at + start.length + 1))) return true;
  }
  return false;
}

/** The names that a statement gives to something new. */
function namesGiven(tree: Node): string[] {
  const constraints = [...addedConstraints(tree), ...createdConstraints(tree)];
  return [
    ...('IndexStmt' in tree ? [tree.IndexStmt.idxname] : []),
    ...('CreateStmt' in tree ? [tree.CreateStmt.relation?.relname] : []),
    ...('RenameStmt' in tree ? [tree.RenameStmt.newname] : []),
    ...('ViewStmt' in tree ? [tree.ViewStmt.view?.relname] : []),
    ...newColumns(tree).map(({ colname }) => colname),
    ...constraints.map(({ constraint }) => constraint.conname),
  ].filter((name) => name !== undefined);
}
