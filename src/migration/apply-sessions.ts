import type { Session } from '../pg/session.ts';

/** Two sessions: one writes the ledger and cleans up, the other works and may be cancelled at any moment. */
export interface ApplySessions {
  readonly ledger: Session;
  readonly worker: Session;
}
