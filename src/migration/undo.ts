import { isNameTaken, mayHaveBegun } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import type { Intent } from './intent.ts';
import { recordState } from './ledger.ts';
import { progressOf, removeBuilt } from './postcondition.ts';

/**
 * After a migration outside a transaction that failed under our eyes: removes what it built, and writes down what is
 * left. An index that was to go and is half gone stays `running`: the next run finishes it, which the same approval
 * covers.
 */
export async function undoUnfinished(
  session: Session,
  id: string,
  intents: readonly Intent[],
  error: unknown,
): Promise<void> {
  const states: Left[] = [];
  for (const intent of intents) states.push(await undoOne(session, intent, error));
  const state = STRICTEST.find((one) => states.includes(one)) ?? 'failed';
  if (state !== 'running') await recordState(session, id, state, messageOf(error));
}

type Left = 'needs-repair' | 'running' | 'failed';

const STRICTEST: readonly Left[] = ['needs-repair', 'running', 'failed'];

async function undoOne(session: Session, intent: Intent, error: unknown): Promise<Left> {
  const progress = await progressOf(session, intent, []);
  if (progress.state === 'unclear') return mayHaveBegun(error) ? 'needs-repair' : 'failed';
  if (intent.type !== 'builds') return progress.state === 'half' ? 'running' : 'failed';
  // Somebody took the name after it was seen free: what is there is theirs, however alike.
  if (isNameTaken(error)) return 'failed';
  const index =
    progress.state === 'half' ? progress.index : progress.state === 'done' ? progress.built : null;
  if (index !== null) await removeBuilt(session, index);
  return 'failed';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
