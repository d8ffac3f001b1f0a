import { compareServers } from '../labs/configuration/compare-servers.ts';
import { bankData, type WorkloadData } from '../labs/configuration/data.ts';
import { readRoom } from '../labs/configuration/room.ts';
import { tryConfiguration } from '../labs/configuration/start.ts';
import { BANK, bankWorkload } from '../measure/servers/bank.ts';
import { DEFAULT_COMPARISON } from '../measure/servers/rounds.ts';
import type { Workload } from '../measure/servers/workload.ts';
import { seededRandom } from '../measure/statistics.ts';
import type { ServerComparison } from '../tuning/evidence/comparison.ts';
import type { TuningServer } from '../tuning/server.ts';
import type { SettingAdvice } from '../tuning/setting.ts';
import type { Configuration } from '../tuning/start/configuration.ts';
import type { StartReport } from '../tuning/start/report.ts';
import { standingConfiguration } from '../tuning/start/standing.ts';

export interface ConfigurationTrial {
  readonly settings: readonly Pick<SettingAdvice, 'name' | 'value'>[];
  /** The server that they are for, as it is configured now. */
  readonly server: TuningServer;
  /** What they are measured with; null where they are only started. */
  readonly measured: MeasuredBy | null;
  readonly statementTimeoutMs: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** What is done now, for people. */
  readonly tell: (progress: string) => void;
}

export interface MeasuredBy {
  readonly workload: Workload;
  readonly data: WorkloadData;
  readonly budgetMs: number;
}

/** What became of settings on a server of our own. */
export interface ConfigurationProof {
  /** Of the settings that are proposed; what else the server has set is not told. */
  readonly start: StartReport;
  /** Null where they were only started. */
  readonly comparison: ServerComparison | null;
}

/** What there is to measure with where nobody names statements. */
export const BUILT_IN: Pick<MeasuredBy, 'workload' | 'data'> = {
  workload: bankWorkload(BANK),
  data: bankData(BANK),
};

export const DEFAULT_BUDGET_MS = DEFAULT_COMPARISON.budgetMs;

/**
 * Starts a server of our own with everything that the real one has set and what is proposed on top, and where it is asked
 * for measures it beside one without the proposal. The real server is not touched.
 */
export async function proveConfiguration(trial: ConfigurationTrial): Promise<ConfigurationProof> {
  const { server, settings, measured, signal, tell } = trial;
  const before = standingConfiguration(server);
  const proposed = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  const after = { ...before, ...proposed };
  if (measured === null) {
    tell('starting a server with it');
    const report = await tryConfiguration(after, { room: await readRoom(1), signal });
    return { start: onlyOf(proposed, report), comparison: null };
  }
  const { workload, data, budgetMs } = measured;
  const comparison = await compareServers(
    { before, after, workload, data },
    { ...trial, plan: { ...DEFAULT_COMPARISON, budgetMs }, random: seededRandom(SEED) },
  );
  const start = onlyOf(proposed, comparison.after);
  const isProposed = ({ name }: { readonly name: string }) => proposed[name] !== undefined;
  return {
    start,
    comparison: {
      ...comparison,
      before: onlyOf(proposed, comparison.before),
      after: start,
      settings: comparison.settings.filter(isProposed),
    },
  };
}

/** Equal samples give equal intervals. */
const SEED = 18;

function onlyOf(proposed: Configuration, report: StartReport): StartReport {
  const isProposed = ([name]: readonly [string, unknown]) => proposed[name] !== undefined;
  return {
    ...report,
    tried: Object.fromEntries(Object.entries(report.tried).filter(isProposed)),
    takes: Object.fromEntries(Object.entries(report.takes).filter(isProposed)),
    refused: report.refused.filter(({ name }) => proposed[name] !== undefined),
    adapted: report.adapted.filter(({ name }) => proposed[name] !== undefined),
  };
}
