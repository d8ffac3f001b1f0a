import { followedKeys } from '../advisor/foreign-keys.ts';
import type { ResolvedRelation } from '../facts.ts';
import { readRelation } from '../pg/catalog/relations.ts';
import type { Session } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { WritingStatement } from '../sql/writing-statement.ts';

/** The tables with the rows that refer to those that a statement deletes, or whose keys it changes. */
export async function readReferencing(
  session: Session,
  statement: WritingStatement,
  relations: readonly ResolvedRelation[],
): Promise<ResolvedRelation[]> {
  const read = new Map<string, ResolvedRelation>();
  const known = new Set(relations.map(({ relation }) => quoteQualified(relation)));
  for (;;) {
    // A table that is not known yet may lead to further ones, or turn out not to be asked for.
    const followed = followedKeys(statement, [...relations, ...read.values()], 'may-be-followed');
    const unread = followed.map(({ key }) => key.table).filter((table) => !known.has(quoteQualified(table)));
    if (unread.length === 0) {
      const asked = new Set(followed.map(({ key }) => quoteQualified(key.table)));
      return [...read.values()].filter(({ relation }) => asked.has(quoteQualified(relation)));
    }
    for (const table of unread) {
      known.add(quoteQualified(table));
      const relation = await readRelation(session, table);
      if (relation !== null) read.set(quoteQualified(table), { reference: table, relation });
    }
  }
}
