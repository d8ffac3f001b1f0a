import type { Node } from '@pgsql/types';
import { quoteName } from '../../sql/quote.ts';
import { addedConstraints, createdConstraints, newColumns } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const identifierTooLong: LintRule = {
  name: 'identifier-too-long',
  summary: 'names of more than 63 bytes are cut off, and two of them may become one',

  find({ tree }) {
    return [...new Set(namesGiven(tree))]
      .filter((name) => Buffer.byteLength(name) > MOST_BYTES)
      .map((name) => ({
        message: `the server cuts ${quoteName(name)} to 63 bytes; another name with the same beginning is then the same name`,
        instead: 'a name of at most 63 bytes',
      }));
  },
};

/** `NAMEDATALEN - 1`. */
const MOST_BYTES = 63;

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
