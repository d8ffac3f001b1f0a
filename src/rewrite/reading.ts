import type { Node } from '@pgsql/types';
import { refersTo } from '../advisor/references.ts';
import { isRecord, namesOf, nodesNamed, nodesOf } from '../sql/walk.ts';
import type { Rewriting, RewriteRule, RewriteSubject } from './rule.ts';
import { readSelect } from './read-select.ts';
import type { Statement } from './statement.ts';
import { isSteady } from './steady.ts';

/** A rule that moves queries about changes one place at a time; more than this in one statement are left. */
const MOST_PLACES = 12;

/** Larger statements are not read: what is made of them nobody could check by eye. */
const MOST_NODES = 5_000;

/**
 * A SELECT, read. Null for what does not give the same twice within a statement, whose functions or views could do
 * anything, or which writes, locks or is too large.
 */
export function readStatement(subject: RewriteSubject): Statement | null {
  const { tree, relations } = subject;
  if (!('SelectStmt' in tree) || tree.SelectStmt.intoClause !== undefined) return null;
  if (!isSteady(tree, subject) || !isSmall(tree)) return null;
  const ctes = new Set(nodesNamed(tree, 'CommonTableExpr').map(({ ctename }) => ctename));
  const unknown = nodesNamed(tree, 'RangeVar').some((range) => {
    const found = relations.find(({ reference }) => refersTo(range, reference));
    return found === undefined ? !ctes.has(range.relname) : !STORED.has(found.relation.kind);
  });
  if (unknown) return null;
  return { ...readSelect(tree.SelectStmt, relations), taken: namesIn(subject) };
}

const STORED: ReadonlySet<string> = new Set(['table', 'partitioned-table', 'materialized-view']);

/** What a rule makes of one place: the whole new tree with the sentence for people, or null where there is none. */
export type OnePlace = (statement: Statement) => { readonly tree: Node; readonly reason: string } | null;

/** A rule whose result does not depend on others: applied until there is no place left. */
export function everywhere(change: OnePlace): RewriteRule['apply'] {
  return (subject): Rewriting[] => {
    let tree = subject.tree;
    const reasons = new Set<string>();
    for (let places = 0; places < MOST_PLACES; places += 1) {
      const statement = readStatement({ ...subject, tree });
      const made = statement === null ? null : change(statement);
      if (made === null) break;
      ({ tree } = made);
      reasons.add(made.reason);
    }
    return reasons.size === 0 ? [] : [{ tree, reason: [...reasons].join('; '), meaning: 'same' }];
  };
}

function isSmall(tree: Node): boolean {
  let count = 0;
  for (const _ of nodesOf(tree)) {
    count += 1;
    if (count > MOST_NODES) return false;
  }
  return true;
}

/** All names in the text, and the columns of what it names. */
function namesIn({ tree, relations }: RewriteSubject): ReadonlySet<string> {
  const taken = new Set(relations.flatMap(({ relation }) => relation.columns.map(({ name }) => name)));
  for (const { fields, field: holder } of nodesOf(tree)) {
    // Functions, types and operators have names of their own.
    if (holder === 'funcname' || holder === 'names' || (holder === 'name' && 'sval' in fields)) continue;
    for (const field of ['sval', 'relname', 'aliasname', 'ctename', 'name', 'schemaname']) {
      const name = fields[field];
      if (typeof name === 'string') taken.add(name);
    }
    if (Array.isArray(fields['colnames']))
      for (const name of namesOf(fields['colnames'].filter(isRecord) as Node[])) taken.add(name);
  }
  return taken;
}
