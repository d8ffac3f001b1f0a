import type { Node } from '@pgsql/types';
import { nodesOf } from '../sql/walk.ts';
import { segmentsOf } from './sql-text.ts';

const VERB = /^\s*(?:select|with|values|table|insert|update|delete|merge)(?![\w$])/i;

/** Whether a text begins as a statement does, after comments and white space. */
export function beginsAsStatement(text: string): boolean {
  if (!/^\s*(?:--|\/\*)/.test(text)) return VERB.test(text);
  const code = segmentsOf(text).find(
    ({ kind, start, end }) => kind !== 'comment' && text.slice(start, end).trim() !== '',
  );
  return code !== undefined && VERB.test(text.slice(code.start, code.end));
}

/** Without these no text is more than a word or two: quick to tell before it is parsed. */
export function looksLikeStatement(text: string): boolean {
  return (
    beginsAsStatement(text) && /\s(?:from|set|into|values|using)\b|[("]|^\s*(?:TABLE|VALUES)\b/i.test(text)
  );
}

/**
 * Whether what parses is meant as SQL: `Select an option` and `select` parse, too, and so do `Select from list`
 * and `Table footer`. A statement between quotes reads something and selects something.
 */
export function isMeantAsSql(sql: string, tree: Node): boolean {
  if (/^table\s/i.test(sql)) return /^TABLE\s/.test(sql);
  if (!('SelectStmt' in tree)) return true;
  const { targetList, valuesLists, larg, fromClause } = tree.SelectStmt;
  if (fromClause !== undefined && targetList === undefined && larg === undefined) return false;
  if (valuesLists !== undefined) return true;
  return [...nodesOf(tree)].some(
    ({ tag }) => tag === 'RangeVar' || tag === 'FuncCall' || tag === 'RangeFunction',
  );
}
