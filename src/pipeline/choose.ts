import { bestTrial } from '../measure/choose.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { MeasuredTrial, Trial } from '../trial.ts';
import type { Proposal } from '../change.ts';
import type { Finding } from '../explain/finding.ts';
import type { ResolvedRelation } from '../facts.ts';
import { quoteQualified } from '../sql/quote.ts';
import { formatMs } from '../report/format.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { conclude, type Conclusion, type Outcome } from '../outcome.ts';

/** A statement this fast, with nothing wrong in its plan, is not worth an index. */
const TRIFLING_MS = 1;
/** A few descents of a B-tree. */
const FEW_BLOCKS = 8;

/** Ends the item before anything is tried, where its target or an optimal plan is already there. */
export function alreadyMet(dossier: Dossier): Conclusion | null {
  const { baseline, targetMs, findings } = dossier;
  if (baseline === null || baseline.lowerBound) return null;
  const high = baseline.measurement.ci95Ms[1];
  if (targetMs !== null && high < targetMs) {
    return conclude('already-met', 'target-met', `the target of ${formatMs(targetMs)} is already met`);
  }
  if (targetMs === null && !findings.some(costsTime) && isTrifling(baseline.measurement)) {
    return conclude('already-met', 'optimal-plan', 'nothing in the plan is worth changing');
  }
  return null;
}

/** By its interval; where it reads next to nothing, which no load disturbs, its median is enough. */
function isTrifling({ ci95Ms: [, high], medianMs, sharedBlocks }: Measurement): boolean {
  return (
    high < TRIFLING_MS || (medianMs < TRIFLING_MS && sharedBlocks !== null && sharedBlocks <= FEW_BLOCKS)
  );
}

/** Stale statistics, say, are worth knowing and cost nothing by themselves. */
function costsTime(finding: Finding): boolean {
  return finding.costMs !== null;
}

export type Choice =
  | { readonly type: 'change'; readonly proposal: Proposal; readonly trial: MeasuredTrial | null }
  | { readonly type: 'end'; readonly conclusion: Conclusion };

/** The change to deliver: the best proven one, else one that waits for approval; or why there is none. */
export function choose(run: RunContext, dossier: Dossier, relations: readonly ResolvedRelation[]): Choice {
  const { trials } = dossier;
  const best = bestTrial(
    trials.filter((trial): trial is MeasuredTrial => trial.state === 'measured' && trial.accepted),
  );
  if (best !== null) return { type: 'change', proposal: best.proposal, trial: best };
  const seen = trials.filter((trial) => trial.state === 'observed');
  const last = seen.findLast(({ accepted, proposal }) => accepted && bringsSomething(proposal));
  if (last !== undefined) return { type: 'change', proposal: last.proposal, trial: null };
  const only = trials.find((trial) => trial.reason.code === 'only-applied');
  if (only !== undefined && run.labIsTarget) return { type: 'change', proposal: only.proposal, trial: null };
  const gated = trials.find((trial) => trial.reason.code === 'approval-needed');
  if (gated !== undefined) return { type: 'change', proposal: gated.proposal, trial: null };
  return { type: 'end', conclusion: withoutChange(run, dossier, relations) };
}

/** An experiment may only be there for what the next proposal is made of. */
function bringsSomething({ change }: Proposal): boolean {
  return change.steps.length > 0 || (change.files ?? []).length > 0;
}

function withoutChange(
  run: RunContext,
  dossier: Dossier,
  relations: readonly ResolvedRelation[],
): Conclusion {
  const { trials, findings } = dossier;
  if (trials.some((trial) => trial.reason.code === 'no-lab')) {
    const waiting = trials.map((trial) => trial.proposal.change.summary).join('; ');
    const hint = `name a lab (--lab) to try them in`;
    return conclude(
      'no-lab',
      'no-lab',
      `nothing is tried on a ${run.environment} target; unproven: ${waiting}; ${hint}`,
    );
  }
  const observed = trials.findLast((trial) => trial.state === 'observed');
  if (observed !== undefined) {
    const { accepted, reason } = observed;
    return conclude(accepted ? 'no-gain' : 'failed', reason.code, reason.message);
  }
  if (trials.length > 0 && trials.every((trial) => trial.state === 'impossible'))
    return impossible(trials[0]?.reason);
  const missed = missedTarget(dossier);
  if (missed === null && !findings.some(costsTime) && isFast(dossier) && !trials.some(isWrong)) {
    const tried =
      trials.length === 0
        ? ''
        : `; ${trials.length} candidate${trials.length === 1 ? '' : 's'} tried without gain`;
    return conclude('already-met', 'optimal-plan', `nothing in the plan is worth changing${tried}`);
  }
  if (trials.length === 0 && dossier.baseline === null && run.lab === null) {
    return conclude(
      'no-lab',
      'no-lab',
      `nothing is measured on a ${run.environment} target, and a plan of estimates proves nothing; name a lab (--lab) to measure in`,
    );
  }
  if (trials.length === 0) {
    const seen = findings.some(costsTime) ? ` (${findings[0]?.message})` : '';
    const none = `no index on its tables would serve it, and no rewrite, statistics or setting fits it${seen}`;
    return conclude(
      'no-gain',
      missed === null ? 'no-candidate' : 'target-missed',
      [...(missed ?? []), none, ...relations.flatMap(notLookedInto)].join('; '),
    );
  }
  const [telling, sentence] = NO_GAIN.find(([code]) =>
    trials.some((trial) => trial.reason.code === code),
  ) ?? ['no-gain', 'nothing helped'];
  const reasons = trials
    .toSorted((one, other) => Number(other.reason.code === telling) - Number(one.reason.code === telling))
    .slice(0, MOST_REASONS)
    .map((trial) => `${trial.proposal.change.summary}: ${trial.reason.message}`);
  const more = trials.length - reasons.length;
  const all = [...reasons, ...(more > 0 ? [`and ${more} more, in the evidence`] : [])].join('; ');
  return conclude(
    'no-gain',
    missed === null ? telling : 'target-missed',
    [...(missed ?? []), `${sentence}: ${all}`].join('; '),
  );
}

/** Whoever proposed what gives other rows, or is none at all, is to hear of it, however fast the statement is. */
function isWrong({ reason }: Trial): boolean {
  return reason.code === 'rows-differ' || reason.code === 'not-accepted';
}

/** A sentence that lists more is not read. */
const MOST_REASONS = 4;

/** Why nothing of what was tried is kept, the most telling reason first; each is a code of its own. */
const NO_GAIN: readonly (readonly [code: string, sentence: string])[] = [
  ['rows-differ', 'a change would give other rows'],
  ['net-loss', 'what helps costs the writers more than it saves'],
  ['write-heavy', 'what helps costs the writers too much'],
  ['over-limit', 'what helps is more than the item allows'],
  ['too-small', 'there is a gain, and it is too small'],
  ['more-blocks', 'what is faster here reads more'],
  ['within-noise', 'no gain stands out from the noise'],
];

/**
 * A slow statement whose plan shows nothing wrong is still slow: that is no optimal plan, only none that we can better.
 * Where nothing was measured on the target, it is not known to be fast.
 */
const FAST_MS = 20;

function isFast({ baseline }: Dossier): boolean {
  return baseline !== null && !baseline.lowerBound && baseline.measurement.medianMs < FAST_MS;
}

/** That the item's own target is not reached, in words; null where it has none or where nothing was measured. */
function missedTarget({ baseline, targetMs }: Dossier): readonly [string] | null {
  if (targetMs === null || baseline === null || baseline.measurement.medianMs < targetMs) return null;
  return [`the target of ${formatMs(targetMs)} is not reached`];
}

/** What no index is proposed for, so that nobody takes silence for a judgement. */
function notLookedInto({ relation }: ResolvedRelation): string[] {
  if (relation.kind === 'table' || relation.kind === 'materialized-view') return [];
  return [`${quoteQualified(relation)} is a ${relation.kind.replace('-', ' ')}, for which none is proposed`];
}

/** What kept every trial from happening, as an outcome. */
const IMPOSSIBLE: Readonly<Record<string, Outcome>> = {
  'table-too-large': 'no-lab',
  'changes-interface': 'no-gain',
  'not-hosted': 'no-lab',
  'only-applied': 'no-lab',
  sampled: 'no-lab',
  'no-probe': 'needs-information',
  refused: 'refused',
};

function impossible(reason: Trial['reason'] | undefined): Conclusion {
  const code = reason?.code ?? 'internal';
  const outcome = IMPOSSIBLE[code] ?? 'failed';
  if (code === 'no-probe')
    return conclude(
      outcome,
      code,
      'which statement should it speed up? Add Query, so that it can be measured.',
    );
  return conclude(outcome, code, reason?.message ?? 'nothing could be tried');
}
