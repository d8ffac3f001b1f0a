import type { Change } from '../change.ts';
import type { Approval } from '../gate/approval.ts';
import type { Judgement } from '../gate/verdict.ts';
import { hashKey } from '../journal/journal.ts';
import { Blocked, conclude, type Conclusion } from '../outcome.ts';
import type { TestReport } from '../project-tests/report.ts';
import { adoption } from './adopt.ts';
import { applyChange } from './apply.ts';
import { answerTo, type Answer } from './approval.ts';
import { note } from './audit.ts';
import { appliesItself, type RunContext } from './context.ts';
import type { Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import { requireUnchanged } from './effects.ts';
import { enterJournal } from './enter-journal.ts';
import { handOver } from './hand-over.ts';
import { judgeIn } from './judge.ts';
import { discardMigrations, removeSuperseded, writeMigrations } from './migration-files.ts';
import { prepareMigrations } from './prepare-migrations.ts';
import { confirm, testBefore } from './project-tests.ts';
import { writeChangeFiles } from './change-files.ts';
import { composeRequest } from './request.ts';
import { readEditedSince, removeRequestFile, requestPath } from './request-files.ts';
import { leaveWaiting } from './waiting.ts';

/** Puts a decision into the journal: whoever finds the attempt unfinished goes on from there. */
export async function writeDown(run: RunContext, { file, item }: Dossier, decision: Decision): Promise<void> {
  await enterJournal(run, file, hashKey(item.key), { type: 'decided', decision });
}

/**
 * Does what an earlier run decided before it waited for an answer. The files are written anew from the statements, which
 * are what is judged and sent: the journal that both come from may have been edited.
 */
export async function carryOutLater(
  run: RunContext,
  dossier: Dossier,
  decision: Decision,
): Promise<Conclusion> {
  const { verdict } = await judgeIn(run.reader, decision.change, run.environment);
  if (verdict !== 'refuse') dossier.migrations = await prepareMigrations(run, dossier, decision, verdict);
  // It was decided in an attempt that has ended; it is this one's from now on.
  const anew = { ...decision, migrations: dossier.migrations };
  await writeDown(run, dossier, anew);
  return carryOut(run, dossier, anew);
}

/** Does what was decided: judged once more, approved where that is needed, applied, verified. */
export async function carryOut(run: RunContext, dossier: Dossier, decision: Decision): Promise<Conclusion> {
  // Judged is what will be sent, whatever else the decision says.
  const change = { ...decision.change, steps: dossier.migrations.flatMap(({ steps }) => steps) };
  const judgement = await judgeIn(run.reader, change, run.environment);
  if (judgement.verdict === 'refuse') return refused(change, judgement);
  dossier.judgement = judgement;
  await note(run, {
    event: 'judged',
    taskFile: dossier.file,
    item: dossier.item.id,
    verdict: judgement.verdict,
    environment: run.environment,
    sql: change.steps.map(({ up }) => up),
  });
  const edited = await readEditedSince(run, dossier);
  if (edited !== null) return waitForBytes(dossier, edited);
  // Before its files are there too: tests may well read them. What a person is asked about has to be there first.
  const isAllowed = judgement.verdict === 'allow';
  const before = isAllowed && appliesItself(run) ? await testBefore(run, dossier) : null;
  await writeMigrations(run, dossier);
  await writeChangeFiles(run, dossier, decision.change);
  await removeSuperseded(run, dossier);
  return isAllowed
    ? takeEffect(run, dossier, decision, { approval: null, before })
    : askFor(run, dossier, decision, { change, judgement });
}

/** Nobody can approve what the gate refuses. */
export function refused({ summary }: Pick<Change, 'summary'>, { statements }: Judgement): Conclusion {
  const reasons = statements.flatMap((statement) => statement.reasons).join('; ');
  return conclude('refused', 'refused', `${summary}: ${reasons}`);
}

/** Asks for the change, and makes it where the answer is yes. */
async function askFor(
  run: RunContext,
  dossier: Dossier,
  decision: Decision,
  { change, judgement }: { readonly change: Change; readonly judgement: Judgement },
): Promise<Conclusion> {
  const { file, item, migrations } = dossier;
  const request = await composeRequest(run, {
    action: 'apply',
    item: { file, id: item.id, title: item.title },
    summary: change.summary,
    reason: decision.reason,
    judgement,
    migrations,
  });
  dossier.request = { id: request.id, path: requestPath(request.id) };
  await removeSupersededRequest(run, dossier);
  const answer: Answer = run.options.apply
    ? await answerTo(run, request)
    : { type: 'waiting', problem: null };
  if (answer.type !== 'approved') return leaveWaiting(run, request, answer);
  try {
    const before = appliesItself(run) ? await testBefore(run, dossier) : null;
    await requireUnchanged(run, request);
    return await takeEffect(run, dossier, decision, { approval: answer.approval, before });
  } catch (error) {
    // The approval does not hold after all, and nothing was sent: the request goes on waiting.
    if (!(error instanceof Blocked) || error.conclusion.outcome !== 'awaiting-approval') throw error;
    dossier.approval = null;
    return leaveWaiting(run, request, { type: 'waiting', problem: error.conclusion.reason });
  }
}

/** Applies and verifies, or hands over to the tool that applies; what was asked for is answered then. */
async function takeEffect(
  run: RunContext,
  dossier: Dossier,
  decision: Decision,
  { approval, before }: { readonly approval: Approval | null; readonly before: TestReport | null },
): Promise<Conclusion> {
  dossier.approval = approval;
  if (!appliesItself(run)) {
    // Nothing for a tool to apply, and no file to change: somebody adopts all of it.
    if (dossier.migrations.length === 0 && dossier.written.length === 0) return adoption(decision.change);
    if (dossier.migrations.length === 0) return confirm(run, dossier, decision.trial, before);
    if (approval !== null) await moveToTool(run, dossier, decision);
    dossier.request = null;
    return handOver(run, dossier.migrations);
  }
  await applyChange(run, dossier, approval);
  if (approval !== null) await removeRequestFile(run, approval.request);
  dossier.request = null;
  return confirm(run, dossier, decision.trial, before);
}

/** Somebody's edit is neither applied nor overwritten. */
function waitForBytes(dossier: Dossier, path: string): Conclusion {
  const id = dossier.earlier?.request ?? null;
  dossier.request = id === null ? null : { id, path: requestPath(id) };
  const ways =
    'restore it, or delete it to have it written anew; pitstop apply asks for what stands there now';
  return conclude(
    'awaiting-approval',
    'migration-changed',
    `${path} is not what the request asks about any more: ${ways}`,
  );
}

/** The item asks for something else by now: the request that an earlier run wrote for it is none any more. */
async function removeSupersededRequest(run: RunContext, { earlier, request }: Dossier): Promise<void> {
  if (earlier?.request != null && earlier.request !== request?.id)
    await removeRequestFile(run, earlier.request);
}

/** What waited for its approval stood apart: the tool applies whatever lies in its folder. */
async function moveToTool(run: RunContext, dossier: Dossier, decision: Decision): Promise<void> {
  await discardMigrations(run, dossier);
  dossier.migrations = await prepareMigrations(run, dossier, decision, 'allow');
  await writeMigrations(run, dossier);
}
