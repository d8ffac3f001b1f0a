import { setTimeout as pause } from 'node:timers/promises';
import type { IndexDefinition, Proposal } from '../change.ts';
import { parsePlan, type Plan } from '../explain/plan.ts';
import { isSamePlan } from '../explain/shape.ts';
import type { Probe } from '../measure/probe.ts';
import { probeRunner, readOnly, readOnlySavepoint, type ProbeRunner } from '../pg/execute.ts';
import { isConnectionLoss, isStatementTimeout, serverError } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import { rewrittenProbe } from '../sql/rewritten-probe.ts';
import type { Trial } from '../trial.ts';
import { attemptIn, describeBlockers, obstacleBefore } from './attempt.ts';
import { measureBaseline } from './baseline.ts';
import { compareSides, knowResult, type CompareSettings, type KnownResult } from './compare.ts';
import type { Lab, ResultMeaning } from './lab.ts';
import type { LabLimits } from './limits.ts';

export interface TransactionLabSettings extends Omit<CompareSettings, 'cutoffMs'> {
  readonly limits: LabLimits;
}

/**
 * Tries a change inside a transaction that is rolled back. `builder` makes the change and measures with it, `reader`
 * does not see it and measures without it, in turns: nothing is dropped, toggled or rebuilt.
 *
 * What survives the rollback: `reltuples` and `relpages` of the table, which PostgreSQL writes in place.
 */
export function transactionLab(
  name: string,
  { builder, reader }: { readonly builder: Session; readonly reader: Session },
  settings: TransactionLabSettings,
): Lab {
  const { limits, series, where } = settings;
  const { cutoffMs } = limits;
  const results = new Map<string, Promise<KnownResult>>();

  /** Asked again by every trial of an item; executing it once tells. */
  function resultOf(probe: Probe, without: ProbeRunner): Promise<KnownResult> {
    const key = JSON.stringify(probe);
    const known = results.get(key) ?? knowResult(without, series.clock);
    results.set(key, known);
    return known;
  }

  /** With the change already made in the builder's open transaction. */
  async function measure(
    proposal: Proposal,
    probe: Probe,
    meaning: ResultMeaning,
    sizeBytes: number,
  ): Promise<Trial> {
    const { rewrite, session } = proposal.change;
    const without = probeRunner(reader, probe, (work) => readOnly(reader, cutoffMs, work), series.clock);
    let timeoutMs = cutoffMs;
    const withChange = probeRunner(
      builder,
      rewrittenProbe(probe, rewrite),
      (work) => readOnlySavepoint(builder, timeoutMs, work, session),
      series.clock,
    );
    const estimate = await plannedOr(() => withChange.explain('estimate'));
    if (typeof estimate === 'string')
      return rejected(proposal, 'not-accepted', `the server says: ${estimate}`);
    const unused = unusedIndex(proposal, parsePlan(estimate.plan));
    if (unused !== null) return rejected(proposal, 'not-used', `the planner does not use ${unused}`);
    // A setting may change how a plan is executed; what builds nothing else can only change the plan.
    const onlyPlans = proposal.change.steps.every(({ builds }) => builds === null) && session === undefined;
    if (onlyPlans && isSamePlan(estimate.plan, await without.explain('estimate')))
      return rejected(proposal, 'same-plan', 'the planner makes the same of both');

    const known = await resultOf(probe, without);
    // Whoever takes three times as long has lost.
    if (known.rows !== null) timeoutMs = Math.min(cutoffMs, Math.max(1_000, 3 * known.elapsedMs));
    const stoppedAfter = timeoutMs;
    const digest = () => withChange.digest().finally(() => (timeoutMs = cutoffMs));
    const compared = await compareSides({ known, without }, { ...withChange, digest }, meaning, {
      ...settings,
      cutoffMs,
    });
    if (compared === null)
      return rejected(
        proposal,
        'cut-off',
        `not faster: it was stopped after ${formatSeconds(stoppedAfter)} s`,
      );
    return { state: 'measured', proposal, sizeBytes, ...compared };
  }

  return {
    name,
    unhosted: (proposal) =>
      proposal.change.steps.every((step) => step.inTransaction !== null)
        ? null
        : { code: 'not-hosted', message: `the ${name} lab cannot make this change inside a transaction` },

    baseline: (probe) => measureBaseline(reader, probe, { cutoffMs, series, where }),

    async trial(proposal, probe, meaning) {
      const deadline = series.clock() + limits.patienceMs;
      for (;;) {
        series.signal.throwIfAborted();
        const obstacle = await obstacleBefore(reader, proposal, limits);
        const attempt =
          obstacle ??
          (await attemptIn(builder, proposal, limits, (size) => measure(proposal, probe, meaning, size)));
        if ('state' in attempt) return attempt;
        if (!attempt.passing || series.clock() > deadline) {
          const blockers = attempt.passing ? await describeBlockers(reader, proposal, attempt.code) : '';
          return impossible(proposal, attempt.code, attempt.message + blockers);
        }
        await pause(500, undefined, { signal: series.signal });
      }
    },
  };
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

function formatSeconds(ms: number): string {
  return Number((ms / 1000).toFixed(1)).toString();
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

function impossible(proposal: Proposal, code: string, message: string): Trial {
  return { state: 'impossible', proposal, accepted: false, reason: { code, message } };
}
