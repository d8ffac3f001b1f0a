import { setTimeout as pause } from 'node:timers/promises';
import type { Proposal } from '../change.ts';
import { parsePlan, type Plan } from '../explain/plan.ts';
import type { Probe } from '../measure/probe.ts';
import { probeRunner, readOnly, readOnlySavepoint } from '../pg/execute.ts';
import type { Session } from '../pg/session.ts';
import type { Trial } from '../trial.ts';
import { attemptIn, describeBlockers, obstacleBefore } from './attempt.ts';
import { measureBaseline } from './baseline.ts';
import { compareSides, type CompareSettings } from './compare.ts';
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

  /** With the change already made in the builder's open transaction. */
  async function measure(
    proposal: Proposal,
    probe: Probe,
    meaning: ResultMeaning,
    sizeBytes: number,
  ): Promise<Trial> {
    const withChange = probeRunner(
      builder,
      probe,
      (work) => readOnlySavepoint(builder, cutoffMs, work),
      series.clock,
    );
    const unused = unusedIndex(proposal, parsePlan(await withChange.explain('estimate')));
    if (unused !== null) return rejected(proposal, 'not-used', `the planner does not use ${unused}`);

    const without = probeRunner(reader, probe, (work) => readOnly(reader, cutoffMs, work), series.clock);
    const compared = await compareSides(without, withChange, meaning, { ...settings, cutoffMs });
    if (compared === null)
      return rejected(proposal, 'cut-off', `still slower than the cut-off of ${cutoffMs / 1000} s`);
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

/** The newest index of the change where the plan does without it. */
export function unusedIndex(proposal: Proposal, plan: Plan): string | null {
  const newest = proposal.change.steps.findLast((step) => step.builds !== null)?.builds;
  return newest == null || plan.usesIndex(newest.name) ? null : newest.name;
}

export function rejected(proposal: Proposal, code: string, message: string): Trial {
  return { state: 'not-used', proposal, accepted: false, reason: { code, message } };
}

export function impossible(proposal: Proposal, code: string, message: string): Trial {
  return { state: 'impossible', proposal, accepted: false, reason: { code, message } };
}
