import type { Node } from '@pgsql/types';
import type { Classified } from './class.ts';
import { unknown } from './class.ts';

/** What would take the session out of the runner's hands, whatever it is sent for. */
const REFUSED: Readonly<Record<string, string>> = {
  TransactionStmt: 'transactions are begun and ended by the runner',
  PrepareStmt: 'a prepared statement hides what is executed',
  ExecuteStmt: 'a prepared statement hides what is executed',
  DeallocateStmt: 'the session belongs to the runner',
  DiscardStmt: 'the session belongs to the runner',
  DeclareCursorStmt: 'a cursor outlives its statement',
  FetchStmt: 'a cursor outlives its statement',
  ClosePortalStmt: 'a cursor outlives its statement',
  LoadStmt: 'LOAD runs a library of the server machine',
  AlterEventTrigStmt: 'event triggers may be the guard of this database',
};

export function refused(tree: Node): Classified | null {
  const reason = Object.keys(tree).flatMap((tag) => REFUSED[tag] ?? [])[0];
  return reason === undefined ? null : unknown('refuse', reason);
}
