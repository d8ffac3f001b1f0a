import type { CounterChange } from '../../measure/servers/changes.ts';
import type { TimeComparison } from '../../measure/servers/times.ts';
import type { ConfigurationVerdict } from '../../measure/servers/verdict.ts';
import type { ServerFinding } from '../findings/finding.ts';
import type { StartReport } from '../start/report.ts';
import type { SettingEvidence } from './evidence.ts';

/** What two servers of our own did with the same data and the same work, configured as before and as proposed. */
export interface ServerComparison {
  readonly before: StartReport;
  readonly after: StartReport;
  readonly workload: {
    readonly name: string;
    readonly clients: number;
    readonly transactionsPerRound: number;
    readonly pairs: number;
    readonly alikePairs: number;
  };
  /** What the server that was configured as before shows to be too small, by what it counted in the rounds. */
  readonly findings: readonly ServerFinding[];
  readonly verdict: ConfigurationVerdict;
  /** For each transaction; all of them, also those that did not change. */
  readonly counters: readonly CounterChange[];
  /** Statements of the workload that are planned in another way, of how many. */
  readonly plans: { readonly changed: readonly string[]; readonly of: number };
  readonly times: TimeComparison;
  /** One for each proposed setting. */
  readonly settings: readonly SettingEvidence[];
  /** What a reader has to know to read the numbers. */
  readonly notes: readonly string[];
}
