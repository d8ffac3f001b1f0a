import { counterChanges, type RoundPair } from '../../measure/servers/changes.ts';
import { DEFAULT_COMPARISON, PHASES, type ComparisonPlan } from '../../measure/servers/rounds.ts';
import { compareTimes } from '../../measure/servers/times.ts';
import { verdictOf } from '../../measure/servers/verdict.ts';
import type { Workload } from '../../measure/servers/workload.ts';
import type { RandomSource } from '../../measure/statistics.ts';
import type { ServerComparison } from '../../tuning/evidence/comparison.ts';
import type { Configuration } from '../../tuning/start/configuration.ts';
import type { Room } from '../../tuning/start/fit.ts';
import { attribute, type WholeComparison } from './attribute.ts';
import type { WorkloadData } from './data.ts';
import { measureSides } from './measure-sides.ts';
import { readRoom } from './room.ts';
import { takeRoundPairs, warmUp, withServers, withStage, type Stage } from './stage.ts';

export interface ComparisonRequest {
  readonly before: Configuration;
  readonly after: Configuration;
  readonly workload: Workload;
  readonly data: WorkloadData;
}

export interface ComparisonSettings {
  readonly plan?: ComparisonPlan;
  /** For each of the two servers; without it, what this machine has free. */
  readonly room?: Room;
  /** A statement that takes longer is left out; where it first does so while it is measured, the comparison ends. */
  readonly statementTimeoutMs: number;
  readonly clock: () => number;
  readonly random: RandomSource;
  readonly signal: AbortSignal;
  /** What is done now, for people. */
  readonly tell?: (progress: string) => void;
}

/** What is true of every comparison. */
const NOTES = [
  'the servers of a comparison write with fsync off: times know nothing of waiting for a disk, so what spares log and checkpoints gains more on a real one; counts are the same with it',
  'autovacuum is off on both, so that nobody works beside the workload: its settings are by rule',
];

/**
 * Starts two servers of our own on copies of the same data, the one configured as before and the other as proposed, and
 * lets them do the same work in turns. First both are configured as before: what differs then is noise. What the servers
 * count for each transaction is the evidence; times are told beside. Then single settings are tried, as far as the time
 * reaches. Nothing is left of it.
 */
export async function compareServers(
  { before, after, workload, data }: ComparisonRequest,
  settings: ComparisonSettings,
): Promise<ServerComparison> {
  const { plan = DEFAULT_COMPARISON, random, clock, tell = ignore } = settings;
  const room = settings.room ?? (await readRoom(2));
  tell(`filling a server for ${workload.name}`);
  return withStage({ ...settings, workload, data, plan, room }, async (stage) => {
    const started = clock();
    const untilMs = (share: number) => started + plan.budgetMs * share;
    tell('measuring two servers that are configured alike');
    const { pairs: alike, length } = await measureAlike(stage, before, untilMs(PHASES.alike));
    tell('measuring the configuration');
    const setups = { before: { configuration: before }, after: { configuration: after } };
    const measured = await withServers(stage, setups, (sides) =>
      measureSides(stage, sides, length, untilMs(PHASES.compared)),
    );
    const counters = counterChanges(measured.pairs, alike);
    const whole: WholeComparison = { before, after, counters, alike, ...measured };
    tell('trying single settings');
    const evidence = await attribute(stage, whole, { length, untilMs: untilMs(1) });
    return {
      ...measured.reports,
      workload: {
        name: workload.name,
        clients: stage.workload.clients,
        transactionsPerRound: length,
        pairs: measured.pairs.length,
        alikePairs: alike.length,
      },
      findings: measured.findings,
      verdict: verdictOf(counters),
      counters,
      plans: {
        changed: measured.changedPlans.map((at) => stage.workload.statements[at]?.sql ?? ''),
        of: stage.workload.statements.length,
      },
      times: compareTimes(measured.pairs, alike, random),
      settings: evidence,
      notes: [...stage.filled.notes, ...NOTES],
    };
  });
}

async function measureAlike(
  stage: Stage,
  configuration: Configuration,
  atMs: number,
): Promise<{ readonly pairs: RoundPair[]; readonly length: number }> {
  const setup = { configuration };
  return withServers(stage, { before: setup, after: setup }, async (sides) => {
    const length = await warmUp(stage, sides, null);
    const until = { fewest: stage.plan.fewestPairs, atMs };
    return { pairs: await takeRoundPairs(stage, sides, length, until), length };
  });
}

function ignore(): void {}
