import type { Node } from '@pgsql/types';
import { nodesOf } from '../sql/walk.ts';
import { segmentsOf } from './sql-text.ts';

/** Which statements are looked for: those that read or write rows, or also those that leave something in their session. */
export type Sought = 'rows' | 'session';

const VERB: Readonly<Record<Sought, RegExp>> = {
  rows: /^\s*(?:select|with|values|table|insert|update|delete|merge)(?![\w$])/i,
  session:
    /^\s*(?:select|with|values|table|insert|update|delete|merge|listen|set|reset|prepare|execute|declare|create|load|do)(?![\w$])/i,
};

/** Whether a text begins as a statement does, after comments and white space. */
export function beginsAsStatement(text: string, sought: Sought): boolean {
  if (!/^\s*(?:--|\/\*)/.test(text)) return VERB[sought].test(text);
  const code = segmentsOf(text).find(
    ({ kind, start, end }) => kind !== 'comment' && text.slice(start, end).trim() !== '',
  );
  return code !== undefined && VERB[sought].test(text.slice(code.start, code.end));
}

/** Without these no text is more than a word or two: quick to tell before it is parsed. */
export function looksLikeStatement(text: string, sought: Sought): boolean {
  if (!beginsAsStatement(text, 'rows')) return beginsAsStatement(text, sought);
  return /\s(?:from|set|into|values|using)\b|[("]|^\s*(?:TABLE|VALUES)\b/i.test(text);
}

/** Two words of which the first is one of these are a statement for the parser and a label for everybody else. */
const TERSE = new Set(['ListenStmt', 'VariableSetStmt', 'ExecuteStmt', 'LoadStmt']);

/**
 * Whether what parses is meant as SQL: `Select an option` and `select` parse, too, and so do `Select from list`
 * and `Table footer`. A statement between quotes reads something and selects something.
 */
export function isMeantAsSql(sql: string, tree: Node): boolean {
  if (/^table\s/i.test(sql)) return /^TABLE\s/.test(sql);
  if (Object.keys(tree).some((tag) => TERSE.has(tag))) return isWrittenAsSql(sql, tree);
  if (!('SelectStmt' in tree)) return true;
  const { targetList, valuesLists, larg, fromClause } = tree.SelectStmt;
  if (fromClause !== undefined && targetList === undefined && larg === undefined) return false;
  if (valuesLists !== undefined) return true;
  return [...nodesOf(tree)].some(
    ({ tag }) => tag === 'RangeVar' || tag === 'FuncCall' || tag === 'RangeFunction',
  );
}

/** `Listen carefully`, `set volume to 5`: in capitals it is SQL, and so is the name of a setting. */
function isWrittenAsSql(sql: string, tree: Node): boolean {
  if (/^(?:LISTEN|SET|RESET|EXECUTE|LOAD)\s/.test(sql)) return true;
  return 'VariableSetStmt' in tree && /[._]/.test(tree.VariableSetStmt.name ?? '');
}
