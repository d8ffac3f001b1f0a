import { setTimeout as pause } from 'node:timers/promises';
import type { Proposal } from '../change.ts';
import { parsePlan, type Plan } from '../explain/plan.ts';
import { compareRows } from '../measure/digest.ts';
import { judgeGain, type GainThreshold } from '../measure/judge.ts';
import type { Probe } from '../measure/probe.ts';
import { takePairs, takeRuns, type SeriesContext } from '../measure/series.ts';
import { pairedSpeedup, summarize } from '../measure/statistics.ts';
import { digestProbe, explainProbe, readOnly, readOnlySavepoint, timeProbe, type ExplainDepth } from '../pg/execute.ts';
import type { Session } from '../pg/session.ts';
import { measureBaseline, untilCutoff } from './baseline.ts';
import { attemptIn, describeBlockers, obstacleBefore } from './attempt.ts';
import type { LabLimits } from './limits.ts';
import type { Trial, TrialReason } from '../trial.ts';
import type { Lab, ResultMeaning } from './lab.ts';

export interface TransactionLabSettings {
  readonly limits: LabLimits;
  readonly threshold: GainThreshold;
  readonly series: SeriesContext;
  /** Label of the measurements: `target`, or the name of the lab. */
  readonly where: string;
}

/**
 * Tries a change inside a transaction that is rolled back. `builder` makes the change and measures with it, `reader`
 * does not see it and measures without it, in turns: nothing is dropped, toggled or rebuilt.
 *
 * What survives the rollback: `reltuples` and `relpages` of the table, which PostgreSQL writes in place.
 */
export function transactionLab(
  name: string,
  sessions: { readonly builder: Session; readonly reader: Session },
  settings: TransactionLabSettings,
): Lab {
  const { builder, reader } = sessions;
  const { limits, series, where } = settings;

  const withoutChange = <T>(work: () => Promise<T>) => readOnly(reader, limits.cutoffMs, work);
  const withChange = <T>(work: () => Promise<T>) => readOnlySavepoint(builder, limits.cutoffMs, work);

  async function measure(proposal: Proposal, probe: Probe, meaning: ResultMeaning, sizeBytes: number): Promise<Trial> {
    const explain = (depth: ExplainDepth) => () => explainProbe(builder, probe, depth);
    const unused = unusedIndex(proposal, parsePlan(await withChange(explain('estimate'))));
    if (unused !== null) return rejected(proposal, 'not-used', `the planner does not use ${unused}`);

    const without = await untilCutoff(() => withoutChange(() => digestProbe(reader, probe)));
    const withIt = await untilCutoff(() => withChange(() => digestProbe(builder, probe)));
    if (withIt === null) return rejected(proposal, 'cut-off', `still slower than the cut-off of ${limits.cutoffMs / 1000} s`);
    const again = without && (await withoutChange(() => digestProbe(reader, probe)));

    const timeBefore = () => withoutChange(() => timeProbe(reader, probe, series.clock));
    const timeAfter = () => withChange(() => timeProbe(builder, probe, series.clock));
    const pairs =
      without === null
        ? (await takeRuns(timeAfter, series)).map((afterMs) => ({ beforeMs: limits.cutoffMs, afterMs }))
        : await takePairs(timeBefore, timeAfter, series);
    const blocksBefore =
      without === null ? null : parsePlan(await withoutChange(() => explainProbe(reader, probe, 'blocks'))).sharedBlocks;
    const planAfter = await withChange(explain('full'));
    const blocksAfter = parsePlan(await withChange(explain('blocks'))).sharedBlocks;

    const { random } = series;
    const measured = {
      before: summarize(pairs.map((pair) => pair.beforeMs), blocksBefore, where, random),
      after: summarize(pairs.map((pair) => pair.afterMs), blocksAfter, where, random),
      speedup: pairedSpeedup(pairs, random),
      rows: without && again ? compareRows(without, withIt, again, meaning) : ('incomparable' as const),
    };
    const verdict = judgeGain(measured, settings.threshold);
    const reason: TrialReason = verdict.accepted ? { code: 'gain', message: 'the interval excludes the threshold' } : verdict;
    return {
      state: 'measured',
      proposal,
      accepted: verdict.accepted,
      reason: { code: reason.code, message: reason.message },
      ...measured,
      lowerBound: without === null,
      rowCounts: withIt.map((digest) => digest.rows),
      pairs,
      sizeBytes,
      planAfter,
    };
  }

  return {
    name,
    unhosted: (proposal) =>
      proposal.change.steps.every((step) => step.inTransaction !== null)
        ? null
        : { code: 'not-hosted', message: `the ${name} lab cannot make this change inside a transaction` },

    baseline: (probe) => measureBaseline(reader, probe, { cutoffMs: limits.cutoffMs, series, where }),

    async trial(proposal, probe, meaning) {
      const deadline = series.clock() + limits.patienceMs;
      for (;;) {
        series.signal.throwIfAborted();
        const obstacle = await obstacleBefore(reader, proposal, limits);
        const attempt = obstacle ?? (await attemptIn(builder, proposal, limits, (size) => measure(proposal, probe, meaning, size)));
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
function unusedIndex(proposal: Proposal, plan: Plan): string | null {
  const newest = proposal.change.steps.findLast((step) => step.builds !== null)?.builds;
  return newest == null || plan.usesIndex(newest.name) ? null : newest.name;
}

function rejected(proposal: Proposal, code: string, message: string): Trial {
  return { state: 'not-used', proposal, accepted: false, reason: { code, message } };
}

function impossible(proposal: Proposal, code: string, message: string): Trial {
  return { state: 'impossible', proposal, accepted: false, reason: { code, message } };
}
