import { as, type Classified, type Rules } from './class.ts';
import { ALLOWED_SETTINGS, GATED_SETTINGS } from './settings.ts';

/** SET, SET LOCAL and RESET of one setting, and what would take the session out of the runner's hands. */
export const session: Rules = {
  VariableSetStmt: ({ kind, name }) => {
    if (kind === 'VAR_RESET_ALL') return as('refuse', 'RESET ALL takes back what the runner has set');
    if (kind === 'VAR_SET_MULTI') return as('refuse', 'transactions are begun and ended by the runner');
    return settingOf(name ?? '');
  },
  TransactionStmt: () => as('refuse', 'transactions are begun and ended by the runner'),
  PrepareStmt: () => as('refuse', 'a prepared statement hides what is executed'),
  ExecuteStmt: () => as('refuse', 'a prepared statement hides what is executed'),
  DeallocateStmt: () => as('refuse', 'the session belongs to the runner'),
  DiscardStmt: () => as('refuse', 'the session belongs to the runner'),
  DeclareCursorStmt: () => as('refuse', 'a cursor outlives its statement'),
  FetchStmt: () => as('refuse', 'a cursor outlives its statement'),
  ClosePortalStmt: () => as('refuse', 'a cursor outlives its statement'),
  LoadStmt: () => as('refuse', 'LOAD runs a library of the server machine'),
  AlterEventTrigStmt: () => as('refuse', 'event triggers may be the guard of this database'),
};

function settingOf(written: string): Classified {
  const name = written.toLowerCase();
  if (ALLOWED_SETTINGS.has(name)) return as('session', `sets ${name} for the session`);
  if (GATED_SETTINGS.has(name))
    return as('privilege', `${name} decides what names and rows a statement sees`);
  return as('refuse', `the setting ${name} is not one that a statement may change`);
}
