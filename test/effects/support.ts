import { type Session, withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { touchedObjects, type Touched } from '../../src/sql/touched-objects.ts';
import type { TestDatabase } from '../support/database.ts';

/** A session of the product's own kind. */
export function onSession<T>(database: TestDatabase, use: (session: Session) => Promise<T>): Promise<T> {
  return withSession(parseTarget(database.url, {}), 'test', null, use);
}

export async function touched(sql: string): Promise<Touched> {
  await loadParser();
  return touchedObjects(parseStatements(sql));
}
