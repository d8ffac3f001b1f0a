import { roundLength, transactionsOf, isWarm, type ComparisonPlan } from '../../measure/servers/rounds.ts';
import type { Round, RoundPair } from '../../measure/servers/changes.ts';
import type { Workload } from '../../measure/servers/workload.ts';
import type { SessionSettings } from '../../pg/session.ts';
import type { Configuration } from '../../tuning/start/configuration.ts';
import type { Room } from '../../tuning/start/fit.ts';
import { MEASURED } from '../../tuning/start/held-back.ts';
import type { StartReport } from '../../tuning/start/report.ts';
import { copyCluster, type Cluster } from '../embedded/cluster.ts';
import { fillCluster, type FilledCluster, type WorkloadData } from './data.ts';
import { withSide, type Side } from './side.ts';
import { startWith, type Started } from './start.ts';

/** How servers are compared, and with what. */
export interface StageOptions {
  readonly workload: Workload;
  readonly data: WorkloadData;
  readonly plan: ComparisonPlan;
  /** For each of two servers. */
  readonly room: Room;
  readonly statementTimeoutMs: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** Two clusters with the same data to the byte, and the rounds that run on them: each has its own transactions. */
export interface Stage extends StageOptions {
  readonly filled: FilledCluster;
  readonly copy: Cluster;
  /** Counts on, whoever asks. */
  readonly nextRound: () => number;
}

/** One side of a comparison: what the server is configured with, and what its sessions set. */
export interface Setup {
  readonly configuration: Configuration;
  readonly session?: SessionSettings;
}

export interface OpenSides {
  readonly before: Side;
  readonly after: Side;
  readonly reports: { readonly before: StartReport; readonly after: StartReport };
}

export async function withStage<T>(options: StageOptions, use: (stage: Stage) => Promise<T>): Promise<T> {
  const filled = await fillCluster(options);
  try {
    const copy = await copyCluster(filled.cluster, options.signal);
    try {
      let round = 0;
      return await use({ ...options, workload: filled.workload, filled, copy, nextRound: () => round++ });
    } finally {
      await copy.close();
    }
  } finally {
    await filled.cluster.close();
  }
}

/** Lends two servers side by side. Both are new: neither has more in its memory than the other. */
export function withServers<T>(
  stage: Stage,
  setups: { readonly before: Setup; readonly after: Setup },
  use: (sides: OpenSides) => Promise<T>,
): Promise<T> {
  const { filled, copy } = stage;
  return withStarted(stage, filled.cluster, setups.before.configuration, (one) =>
    withStarted(stage, copy, setups.after.configuration, (other) =>
      withBoth(stage, [one, setups.before.session], [other, setups.after.session], use),
    ),
  );
}

/** Lends one server, on which the sessions of both sides take turns. */
export function withOneServer<T>(
  stage: Stage,
  configuration: Configuration,
  sessions: { readonly before: SessionSettings; readonly after: SessionSettings },
  use: (sides: OpenSides) => Promise<T>,
): Promise<T> {
  return withStarted(stage, stage.filled.cluster, configuration, (server) =>
    withBoth(stage, [server, sessions.before], [server, sessions.after], use),
  );
}

function withBoth<T>(
  stage: Stage,
  [one, oneSettings]: readonly [Started, SessionSettings | undefined],
  [other, otherSettings]: readonly [Started, SessionSettings | undefined],
  use: (sides: OpenSides) => Promise<T>,
): Promise<T> {
  const optionsOf = ({ server }: Started, settings: SessionSettings = {}) => ({
    ...stage,
    server,
    target: stage.filled.targetOn(server),
    settings: { ...stage.data.session, ...settings },
  });
  return withSide(optionsOf(one, oneSettings), (before) =>
    withSide(optionsOf(other, otherSettings), (after) =>
      use({ before, after, reports: { before: one.report, after: other.report } }),
    ),
  );
}

async function withStarted<T>(
  { room, signal }: Stage,
  cluster: Cluster,
  configuration: Configuration,
  use: (started: Started) => Promise<T>,
): Promise<T> {
  const started = await startWith(cluster, configuration, { room, overrides: MEASURED, signal });
  let mode: 'fast' | 'immediate' = 'immediate';
  try {
    const result = await use(started);
    // The data is used again.
    mode = 'fast';
    return result;
  } finally {
    await started.server.stop(mode);
  }
}

/** Runs rounds on both until their memories hold what they can hold. The last says how long rounds are, where that is not known. */
export async function warmUp(
  stage: Stage,
  { before, after }: Pick<OpenSides, 'before' | 'after'>,
  known: number | null,
): Promise<number> {
  const { workload, plan } = stage;
  let length = known ?? workload.shortestRound;
  const rounds: { before: Round[]; after: Round[] } = { before: [], after: [] };
  while (!isWarm(rounds.before) || !isWarm(rounds.after)) {
    const transactions = transactionsOf(workload, stage.nextRound(), length);
    const [one, other] = [await before.run(transactions), await after.run(transactions)];
    if (known === null) length = roundLength(workload, one, plan);
    rounds.before.push(one);
    rounds.after.push(other);
  }
  return length;
}

/** Takes pairs of rounds, swapping who goes first, until there are enough or it is time. */
export async function takeRoundPairs(
  { workload, plan, clock, signal, nextRound }: Stage,
  { before, after }: Pick<OpenSides, 'before' | 'after'>,
  length: number,
  until: { readonly fewest: number; readonly atMs: number },
): Promise<RoundPair[]> {
  const pairs: RoundPair[] = [];
  while (pairs.length < until.fewest || (pairs.length < plan.mostPairs && clock() < until.atMs)) {
    signal.throwIfAborted();
    const transactions = transactionsOf(workload, nextRound(), length);
    if (pairs.length % 2 === 0) {
      const first = await before.run(transactions);
      pairs.push({ before: first, after: await after.run(transactions) });
    } else {
      const first = await after.run(transactions);
      pairs.push({ before: await before.run(transactions), after: first });
    }
  }
  return pairs;
}
