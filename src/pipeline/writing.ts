import { whyNotExecuted, whyTooMuch, type WritingPlace } from '../gate/writing-probe.ts';
import { estimateWrittenRows } from '../labs/writing.ts';
import type { Probe } from '../measure/probe.ts';
import { readNameFacts } from '../pg/catalog/deciding-names.ts';
import { readWriteTargets } from '../pg/catalog/write-targets.ts';
import type { Session } from '../pg/session.ts';
import type { WriteTargets, WritingStatement } from '../sql/writing-statement.ts';
import type { TrialReason } from '../trial.ts';

/**
 * What a statement may write to, where it may be executed to measure it; else why not. Nothing of it is sent, not even
 * for an estimate, before the gate has allowed it there.
 * @param session in the place that it would be executed in
 */
export async function readWritingScene(
  session: Session,
  statement: WritingStatement,
  probe: Probe,
  place: WritingPlace,
): Promise<WriteTargets | TrialReason> {
  const targets = await readWriteTargets(session, statement.writes);
  const names = await readNameFacts(session, [statement.tree]);
  const refusal = whyNotExecuted(statement, { names, targets }, place);
  if (refusal !== null) return refusal;
  // In a lab of our own nothing is too much.
  if (place.own) return targets;
  return whyTooMuch(await estimateWrittenRows(session, probe), place) ?? targets;
}
