import type { Proposal } from '../change.ts';
import type { Experiment } from '../experiment.ts';
import type { ResolvedRelation } from '../facts.ts';
import { ordersTotally } from '../advisor/total-order.ts';
import type { ResultMeaning } from '../labs/lab.ts';
import { formatMeasurement, formatSpeedup } from '../report/format.ts';
import { isDeterministic } from '../sql/determinism.ts';
import { quoteQualified } from '../sql/quote.ts';
import { Blocked } from '../outcome.ts';
import { onlySetsSession } from '../levers/session-settings.ts';
import type { FactSheet, OpenStudy, StatementFacts } from '../steps/step.ts';
import { bestTrial } from '../measure/choose.ts';
import type { MeasuredTrial, Trial } from '../trial.ts';
import { examine, type Examination } from './examine.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { requireSafe } from './facts.ts';
import { judgeIn } from './judge.ts';
import { readStatement } from './statement.ts';

/**
 * Proposals come in rounds until none come; each is tried where that is allowed, and noted where it is not. The best is
 * then looked at more closely, and where something speaks against it, the search goes on without it.
 */
export async function tryInRounds(
  run: RunContext,
  study: OpenStudy,
  facts: Partial<FactSheet>,
  dossier: Dossier,
): Promise<void> {
  const deadline = run.series.clock() + run.config.trial.budgetMs;
  for (;;) {
    await search(run, study, facts, dossier, deadline);
    const best = bestTrial(dossier.trials.filter(isAccepted));
    if (best === null) return;
    const examination = await examine(run, dossier, facts, study.limits, best);
    dossier.examination = examination;
    const { objection } = examination;
    if (objection === null) {
      keepShown(dossier, best, examination);
      return;
    }
    const refused: Trial = { ...best, accepted: false, reason: objection };
    dossier.trials = dossier.trials.map((trial) => (trial === best ? refused : trial));
    tellTrial(run, dossier, refused);
  }
}

/** Notes at a rewrite whether it was shown to give the same: what stands in the user's files has to be. */
function keepShown(dossier: Dossier, best: MeasuredTrial, { equivalence }: Examination): void {
  const { proposal } = best;
  const { rewrite } = proposal.change;
  if (rewrite === undefined) return;
  const shown = { ...rewrite, isShown: equivalence?.verdict === 'same' };
  const kept = { ...best, proposal: { ...proposal, change: { ...proposal.change, rewrite: shown } } };
  dossier.trials = dossier.trials.map((trial) => (trial === best ? kept : trial));
}

/** Tries whatever the kind proposes, having seen all trials so far. */
async function search(
  run: RunContext,
  study: OpenStudy,
  facts: Partial<FactSheet>,
  dossier: Dossier,
  deadline: number,
): Promise<void> {
  for (;;) {
    const proposals = study.next(dossier.trials);
    if (proposals.length === 0) return;
    // An experiment has a budget of its own.
    const isSpent =
      run.series.clock() > deadline && proposals.some(({ experiment }) => experiment === undefined);
    if (isSpent) return noteSpent(run, dossier);
    for (const proposal of proposals) {
      run.signal.throwIfAborted();
      const trial = await tryOne(run, proposal, facts, dossier.item.id);
      dossier.trials.push(trial);
      tellTrial(run, dossier, trial);
    }
  }
}

function isAccepted(trial: Trial): trial is MeasuredTrial {
  return trial.state === 'measured' && trial.accepted;
}

function tellTrial(run: RunContext, { item }: Dossier, trial: Trial): void {
  run.emit({ type: 'phase', id: item.id, phase: 'try', message: describeTrial(trial) });
}

/** What was found by then stands; that something may have been left out is said. */
function noteSpent(run: RunContext, dossier: Dossier): void {
  const seconds = Math.round(run.config.trial.budgetMs / 1000);
  const message = `the ${seconds} s for trials were spent after ${dossier.trials.length} (trial.budgetMs)`;
  if (dossier.notes.includes(message)) return;
  dossier.notes.push(message);
  run.emit({ type: 'phase', id: dossier.item.id, phase: 'try', message });
}

/** In a lab that pitstop did not create, only what the gate allows there is ever sent. */
async function tryOne(
  run: RunContext,
  proposal: Proposal,
  facts: Partial<FactSheet>,
  id: string,
): Promise<Trial> {
  if (proposal.experiment !== undefined) return tryExperiment(run, proposal, proposal.experiment, id);
  const judgement = await judgeIn(
    run.labReader,
    proposal.change,
    run.labIsTarget ? run.environment : 'staging',
  );
  if (proposal.change.steps.length > 0 && proposal.change.steps.every(({ up }) => onlySetsSession(up)))
    return untried(proposal, 'refused', 'a setting that ends with its session changes nothing for anybody');
  if (judgement.verdict === 'refuse') return untried(proposal, 'refused', reasonsOf(judgement.statements));
  // In a database that we made ourselves only what is refused is barred.
  if (judgement.verdict === 'gate' && !run.labIsOwn)
    return untried(proposal, 'approval-needed', reasonsOf(judgement.statements));
  if (proposal.probe === null || facts.statement === undefined) {
    return untried(proposal, 'no-probe', 'nothing tells whether it helps');
  }
  if (run.lab === null)
    return untried(proposal, 'no-lab', `nothing is tried on a ${run.environment} target itself`);
  const unsafe = await rewriteProblem(run, proposal, facts.statement);
  // Other parameters have no values here: how it is asked then, and with what, is for people to read.
  if (unsafe !== null && proposal.change.rewrite?.changesInterface === true)
    return untried(proposal, 'changes-interface', `${proposal.reason}: ${proposal.change.rewrite.sql}`);
  if (unsafe !== null) return untried(proposal, 'refused', unsafe);
  const closed = tableWithoutRights(proposal, facts.relations ?? []);
  if (closed !== null) return untried(proposal, 'permission-denied', closed);
  const unhosted = run.lab.unhosted(proposal);
  if (unhosted !== null && proposal.change.steps.every(({ leavesNothing }) => leavesNothing))
    return untried(proposal, 'only-applied', 'whether it helps shows only once it is done');
  if (unhosted !== null) return untried(proposal, unhosted.code, unhosted.message);

  run.emit({
    type: 'phase',
    id,
    phase: 'try',
    message: `${proposal.change.summary}: building and measuring`,
  });
  const { tree } = facts.statement.parsed;
  const relations = facts.relations ?? [];
  const meaning: ResultMeaning = {
    deterministic: isDeterministic(tree),
    ordersTotally: ordersTotally(tree, relations),
  };
  return run.lab.trial(proposal, proposal.probe, meaning);
}

/** What is tried on servers of our own, or only looked at: nothing of it reaches the target. */
async function tryExperiment(
  run: RunContext,
  proposal: Proposal,
  experiment: Experiment,
  id: string,
): Promise<Trial> {
  if (run.conduct === null) return untried(proposal, 'only-planned', 'nothing is tried while planning');
  run.emit({ type: 'phase', id, phase: 'try', message: `${proposal.change.summary}: ${proposal.reason}` });
  return { state: 'observed', proposal, ...(await run.conduct(run, experiment)) };
}

/** What keeps a rewrite from being executed: it is looked at as the statement itself was. */
async function rewriteProblem(
  run: RunContext,
  { change: { rewrite } }: Proposal,
  statement: StatementFacts,
): Promise<string | null> {
  if (rewrite === undefined) return null;
  if (statement.writes !== null)
    return 'nothing shows on other data that another text would write the same, so a statement that writes is not rewritten';
  try {
    const { parameterSets } = statement.probe;
    await requireSafe(run, readStatement({ sql: rewrite.sql, parameterSets }, { spare: true }));
    return null;
  } catch (error) {
    if (error instanceof Blocked) return error.message;
    throw error;
  }
}

function tableWithoutRights(proposal: Proposal, relations: readonly ResolvedRelation[]): string | null {
  for (const { builds } of proposal.change.steps) {
    const relation = relations.find(
      ({ relation: { schema, name } }) => schema === builds?.schema && name === builds.table,
    )?.relation;
    if (relation !== undefined && !relation.mayIndex) {
      return `an index on ${quoteQualified(relation)} needs a role that owns the table and may create in its schema`;
    }
  }
  return null;
}

function untried(proposal: Proposal, code: string, message: string): Trial {
  return { state: 'impossible', proposal, accepted: false, reason: { code, message } };
}

function reasonsOf(statements: readonly { readonly reasons: readonly string[] }[]): string {
  return statements.flatMap(({ reasons }) => reasons).join('; ');
}

function describeTrial(trial: Trial): string {
  const { summary } = trial.proposal.change;
  if (trial.state === 'observed' && trial.accepted) return `${summary}: ${trial.reason.message}`;
  if (trial.state !== 'measured') return `${summary}: not taken, ${trial.reason.message}`;
  const verdict = trial.accepted ? 'gain' : `not taken, ${trial.reason.message}`;
  const numbers = `${formatMeasurement(trial.before, trial.lowerBound)} → ${formatMeasurement(trial.after)}, ${formatSpeedup(trial.speedup, trial.lowerBound)}`;
  return `${summary}: ${numbers}: ${verdict}`;
}
