import type { Proposal } from '../change.ts';
import { parsePlan } from '../explain/plan.ts';
import { compareRows, type RowsDigest } from '../measure/digest.ts';
import { judgeGain } from '../measure/judge.ts';
import type { Probe } from '../measure/probe.ts';
import { takeRuns } from '../measure/series.ts';
import { floorRatio, summarize, unpairedSpeedup } from '../measure/statistics.ts';
import {
  changesBetween,
  readTableStates,
  readWrittenState,
  restoreSequences,
  type WrittenState,
} from '../pg/catalog/written-state.ts';
import { undoneInSavepoint, writingRunner } from '../pg/execute-writing.ts';
import type { ProbeRunner, ProbeSettings } from '../pg/execute.ts';
import { isLockTimeout } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import { rewrittenProbe } from '../sql/rewritten-probe.ts';
import type { WriteTargets } from '../sql/writing-statement.ts';
import type { Baseline, MeasuredTrial, Trial } from '../trial.ts';
import { attemptIn, unhostedInTransaction, type Obstacle } from './attempt.ts';
import { untilCutoff } from './baseline.ts';
import type { Lab, ResultMeaning } from './lab.ts';
import { patiently } from './patience.ts';
import type { TransactionLabSettings } from './transaction.ts';

export interface WritingLabSettings extends TransactionLabSettings {
  /** What the statement may write to. */
  readonly targets: WriteTargets;
  /** Whether nobody else uses the database, so that sequences may be set back. */
  readonly own: boolean;
}

export interface WritingLab extends Lab {
  /** @param settings that the statement's session needs */
  readonly baseline: (probe: Probe, settings?: ProbeSettings) => Promise<Baseline>;
  /**
   * What is not as it was when the lab was opened, one sentence each; empty where all of it is. Other people may have
   * changed it meanwhile; sequences move although everything is rolled back.
   */
  readonly changes: () => Promise<string[]>;
}

/**
 * Tries a change for a statement that writes. Two sessions would wait for each other's locks, so one does everything:
 * without the change, with it, without it again, each in a transaction that is rolled back, each execution undone by
 * itself. Slow drift is in both parts without the change, and so in the interval.
 */
export async function openWritingLab(
  name: string,
  session: Session,
  settings: WritingLabSettings,
): Promise<WritingLab> {
  const { limits, series } = settings;
  const place: Place = { session, settings, atFirst: await readWrittenState(session, settings.targets) };
  return {
    name,
    unhosted: (proposal) => unhostedInTransaction(name, proposal),
    baseline: (probe, needed) => measureBaseline(place, probe, needed),
    trial: (proposal, probe, meaning) =>
      patiently(session, proposal, limits, series, () => tryChange(place, proposal, probe, meaning)),
    changes: async () => changesBetween(place.atFirst, await readWrittenState(session, settings.targets)),
  };
}

/** How many rows the planner expects a statement to write; nothing is executed. */
export async function estimateWrittenRows(session: Session, probe: Probe): Promise<number> {
  const [row] = await session.query<{ 'QUERY PLAN': unknown }>(
    `EXPLAIN (FORMAT JSON) ${probe.sql}`,
    probe.parameterSets[0],
  );
  return parsePlan(row?.['QUERY PLAN'])
    .nodes()
    .filter(({ type }) => type === 'ModifyTable')
    .flatMap(({ children }) => children)
    .filter(({ parentRelationship }) => parentRelationship === 'Outer')
    .reduce((sum, { estimated }) => sum + estimated.rows, 0);
}

interface Place {
  readonly session: Session;
  readonly settings: WritingLabSettings;
  readonly atFirst: WrittenState;
}

/** One of the three parts of a trial. */
interface Part {
  readonly digests: readonly RowsDigest[];
  readonly runsMs: readonly number[];
  readonly blocks: number | null;
  readonly plan: unknown;
}

/** A trial has three parts, which share its time. */
const PARTS = 3;
/** Dead rows that one part may leave behind in a database of the user's: the more it writes, the fewer runs. */
const MOST_DEAD_ROWS = 100_000;

async function measureBaseline(place: Place, probe: Probe, needed?: ProbeSettings): Promise<Baseline> {
  const { limits, series, where } = place.settings;
  const runner = runnerOf(place, probe, { needed });
  const part = await undone(place, () => measurePart(place, runner));
  if (part !== null) {
    const { digests, runsMs, blocks, plan } = part;
    const measurement = summarize(runsMs, blocks, where, series.random);
    return { plan, runsMs, measurement, rowCounts: digests.map(({ rows }) => rows), lowerBound: false };
  }
  const runsMs = [limits.cutoffMs];
  const plan = await undone(place, () => runner.explain('estimate'));
  const measurement = summarize(runsMs, null, where, series.random);
  return { plan, runsMs, measurement, rowCounts: [], lowerBound: true };
}

async function tryChange(
  place: Place,
  proposal: Proposal,
  probe: Probe,
  meaning: ResultMeaning,
): Promise<Trial | Obstacle> {
  const { session, settings } = place;
  const { limits, series } = settings;
  const { rewrite, session: needed } = proposal.change;
  // What the same statement returns says enough; a rewrite may write something else.
  const looksAtTables = rewrite !== undefined;
  const without = runnerOf(place, probe, { looksAtTables });
  const withChange = runnerOf(place, rewrittenProbe(probe, rewrite), { looksAtTables, needed });
  try {
    const first = await undone(place, () => measurePart(place, without));
    const second = await attemptIn(session, proposal, limits, series.clock, async (made) => ({
      part: await measurePart(place, withChange),
      made,
    }));
    if ('passing' in second) return second;
    if (second.part === null) return cutOff(proposal, settings);
    const again = first === null ? null : await undone(place, () => measurePart(place, without));
    const compared = compareParts([first, second.part, again], meaning, settings);
    return { state: 'measured', proposal, ...second.made, ...compared };
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    return {
      code: 'lock-timeout',
      message: 'another session holds a lock that the statement needs',
      passing: true,
    };
  }
}

function runnerOf(
  { session, settings, atFirst }: Place,
  probe: Probe,
  {
    looksAtTables = false,
    needed = {},
  }: { readonly looksAtTables?: boolean; readonly needed?: ProbeSettings | undefined } = {},
): ProbeRunner {
  const { limits, series, targets, own } = settings;
  const timeouts = { statementTimeoutMs: limits.cutoffMs, lockTimeoutMs: limits.lockTimeoutMs };
  return writingRunner(session, probe, {
    isolate: (work) => undoneInSavepoint(session, timeouts, work, needed),
    clock: series.clock,
    prepare: () => (own ? restoreSequences(session, atFirst.sequences) : Promise.resolve()),
    effects: async () =>
      (looksAtTables ? await readTableStates(session, targets) : []).map(({ name, rows, checksum }) => [
        name,
        String(rows),
        checksum,
      ]),
  });
}

/** In a transaction of its own, as things are. */
async function undone<T>({ session, settings, atFirst }: Place, work: () => Promise<T>): Promise<T> {
  await session.control('BEGIN');
  try {
    return await work();
  } finally {
    await session.control('ROLLBACK');
    if (settings.own) await restoreSequences(session, atFirst.sequences);
  }
}

/** In the transaction that is open. Null where the statement does not end in time. */
async function measurePart({ settings: { series, own } }: Place, runner: ProbeRunner): Promise<Part | null> {
  const digests = await untilCutoff(runner.digest);
  if (digests === null) return null;
  const written = digests.reduce((sum, { rows }) => sum + rows, 0);
  const mostRuns = own ? Infinity : Math.max(1, Math.floor(MOST_DEAD_ROWS / Math.max(1, written)));
  const plan = {
    ...series.plan,
    minPairs: Math.min(series.plan.minPairs, mostRuns),
    budgetMs: series.plan.budgetMs / PARTS,
  };
  const runsMs = await takeRuns(runner.time, { ...series, plan });
  const { sharedBlocks } = parsePlan(await runner.explain('blocks'));
  return { digests, runsMs, blocks: sharedBlocks, plan: await runner.explain('full') };
}

/** Where the statement does not end in time without the change, the cut-off stands for its time. */
function compareParts(
  [first, second, again]: readonly [Part | null, Part, Part | null],
  meaning: ResultMeaning,
  { limits, series: { random }, threshold, where }: WritingLabSettings,
): Omit<MeasuredTrial, 'state' | 'proposal' | 'sizeBytes' | 'buildMs'> {
  const lowerBound = first === null || again === null;
  const withoutMs = lowerBound ? [limits.cutoffMs] : [...first.runsMs, ...again.runsMs];
  const measured = {
    before: summarize(withoutMs, lowerBound ? null : first.blocks, where, random),
    after: summarize(second.runsMs, second.blocks, where, random),
    speedup: unpairedSpeedup(withoutMs, second.runsMs, random),
    rows: lowerBound
      ? ('incomparable' as const)
      : compareRows(first.digests, second.digests, again.digests, meaning),
  };
  const floor = floorRatio(withoutMs, second.runsMs);
  const gain = judgeGain({ ...measured, floorRatio: floor }, threshold);
  return {
    ...measured,
    accepted: gain.accepted,
    reason: gain.accepted ? { code: 'gain', message: 'the interval excludes the threshold' } : gain.reason,
    lowerBound,
    rowCounts: second.digests.map((digest) => digest.rows),
    // Not taken next to each other; only the samples are kept this way.
    pairs: second.runsMs.flatMap((afterMs, at) => {
      const beforeMs = withoutMs[at];
      return beforeMs === undefined ? [] : [{ beforeMs, afterMs }];
    }),
    planAfter: second.plan,
  };
}

function cutOff(proposal: Proposal, { limits }: WritingLabSettings): Trial {
  const message = `still slower than the cut-off of ${limits.cutoffMs / 1000} s`;
  return { state: 'not-used', proposal, accepted: false, reason: { code: 'cut-off', message } };
}
