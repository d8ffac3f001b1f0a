import type { IndexDefinition, Proposal } from '../change.ts';
import { parsePlan, type Plan } from '../explain/plan.ts';
import { isSamePlan } from '../explain/shape.ts';
import type { Probe } from '../measure/probe.ts';
import { probeRunner, type Isolation, type ProbeRunner, type ProbeSettings } from '../pg/execute.ts';
import { isConnectionLoss, isStatementTimeout, serverError } from '../pg/failure.ts';
import { explainGeneric } from '../pg/prepared.ts';
import type { Session } from '../pg/session.ts';
import { rewrittenProbe } from '../sql/rewritten-probe.ts';
import type { GenericPlan, Trial } from '../trial.ts';
import type { Made } from './attempt.ts';
import { compareSides, knowResult, type CompareSettings, type KnownResult } from './compare.ts';
import type { ResultMeaning } from './lab.ts';

/** Where a statement runs, and how it is kept from changing anything there. */
export interface Side {
  readonly session: Session;
  /** @param timeoutMs where the statement is stopped */
  readonly isolate: (timeoutMs: number, settings: ProbeSettings | undefined) => Isolation;
}

export interface TrialOnSides {
  readonly without: Side;
  /** Where the change has been made. */
  readonly with: Side;
  readonly proposal: Proposal;
  readonly probe: Probe;
  readonly meaning: ResultMeaning;
  readonly made: Made;
}

/**
 * The planner's cost is a poor judge of what is nearly as good, and a fair one of what is out of the question: a query
 * for each row without an index, say.
 */
const HOPELESS_COST = 10;
/** Whoever takes so many times as long has lost; but a second is never too long. */
const LOST = 2;
const SHORTEST_MS = 1_000;

/**
 * Measures a statement without and with changes. What each statement returns without is kept: every trial of an item
 * asks for it, and executing it once tells.
 */
export function sidesMeasurer(settings: CompareSettings): (trial: TrialOnSides) => Promise<Trial> {
  const { cutoffMs, series } = settings;
  const results = new Map<string, Promise<KnownResult>>();

  function resultOf(probe: Probe, runner: ProbeRunner): Promise<KnownResult> {
    const key = JSON.stringify(probe);
    const known = results.get(key) ?? knowResult(runner, series.clock);
    results.set(key, known);
    return known;
  }

  return async ({ without: before, with: after, proposal, probe, meaning, made }) => {
    const { rewrite, session, steps } = proposal.change;
    const without = probeRunner(
      before.session,
      probe,
      (work) => before.isolate(cutoffMs, undefined)(work),
      series.clock,
    );
    let timeoutMs = cutoffMs;
    const changed = probeRunner(
      after.session,
      rewrittenProbe(probe, rewrite),
      (work) => after.isolate(timeoutMs, session)(work),
      series.clock,
    );
    const estimate = await plannedOr(() => changed.explain('estimate'));
    if (typeof estimate === 'string')
      return rejected(proposal, 'not-accepted', `the server says: ${estimate}`);
    const unused = unusedIndex(proposal, parsePlan(estimate.plan));
    if (unused !== null) return rejected(proposal, 'not-used', `the planner does not use ${unused}`);
    // A setting may change how a plan is executed, and VACUUM what it finds; what builds nothing else changes only the plan.
    const onlyPlans =
      session === undefined && steps.every((step) => step.inTransaction !== null && !step.builds);
    const planned = await without.explain('estimate');
    if (onlyPlans && isSamePlan(estimate.plan, planned))
      return rejected(proposal, 'same-plan', 'the planner makes the same of both');
    // Nobody asked for it, and the planner says that it is hopeless: it is not worth an item's time.
    const costs = [planned, estimate.plan].map((plan) => parsePlan(plan).root.estimated.totalCost);
    const [cost = 0, changedCost = 0] = costs;
    if ((rewrite?.rules.length ?? 0) > 0 && changedCost > HOPELESS_COST * cost)
      return rejected(
        proposal,
        'costlier',
        `the planner expects ${Math.round(changedCost / Math.max(1, cost))} times the cost`,
      );

    const known = await resultOf(probe, without);
    if (known.rows !== null) timeoutMs = Math.min(cutoffMs, Math.max(SHORTEST_MS, LOST * known.elapsedMs));
    const seconds = Number((timeoutMs / 1000).toFixed(1));
    const digest = () => changed.digest().finally(() => (timeoutMs = cutoffMs));
    const compared = await compareSides({ known, without }, { ...changed, digest }, meaning, settings);
    if (compared === null)
      return rejected(proposal, 'cut-off', `not faster: it was stopped after ${seconds} s`);
    const genericPlan = await genericPlanOf(proposal, rewrittenProbe(probe, rewrite), after.session, (work) =>
      after.isolate(cutoffMs, session)(work),
    );
    return {
      state: 'measured',
      proposal,
      ...made,
      ...compared,
      ...(genericPlan === null ? {} : { genericPlan }),
    };
  };
}

/**
 * Whether a prepared statement that the server has planned once for all values uses the index. An index for some values
 * only is out of its reach.
 */
async function genericPlanOf(
  proposal: Proposal,
  { sql, parameterSets: [values = []] }: Probe,
  session: Session,
  isolate: Isolation,
): Promise<GenericPlan | null> {
  if (values.length === 0 || proposal.change.steps.every(({ builds }) => builds === null)) return null;
  const generic = await plannedOr(() => isolate(() => explainGeneric(session, sql)));
  if (typeof generic === 'string') return null;
  return unusedIndex(proposal, parsePlan(generic.plan)) === null ? 'used' : 'not-used';
}

/** A statement's plan, or what the server has against it: a rewrite may be anybody's. */
async function plannedOr(explain: () => Promise<unknown>): Promise<{ readonly plan: unknown } | string> {
  try {
    return { plan: await explain() };
  } catch (error) {
    const refusal = serverError(error);
    if (refusal === null || isStatementTimeout(error) || isConnectionLoss(error)) throw error;
    return refusal.message;
  }
}

/** The newest index of the change where the plan does without it. */
function unusedIndex(proposal: Proposal, plan: Plan): string | null {
  const built = proposal.change.steps.flatMap(({ builds }) => builds ?? []);
  const newest = built.at(-1);
  if (newest === undefined) return null;
  // Of a partitioned table's index a plan names those of the partitions.
  const isPart = ({ parent }: IndexDefinition) =>
    parent?.schema === newest.schema && parent.name === newest.name;
  return [newest, ...built.filter(isPart)].some(({ name }) => plan.usesIndex(name)) ? null : newest.name;
}

function rejected(proposal: Proposal, code: string, message: string): Trial {
  return { state: 'not-used', proposal, accepted: false, reason: { code, message } };
}

export function impossible(proposal: Proposal, code: string, message: string): Trial {
  return { state: 'impossible', proposal, accepted: false, reason: { code, message } };
}
