import type { Config } from '../config.ts';
import type { Environment } from '../gate/environment.ts';
import type { OpenAttempt } from '../journal/journal.ts';
import type { Lab } from '../labs/lab.ts';
import type { LabLimits } from '../labs/limits.ts';
import type { GainThreshold } from '../measure/judge.ts';
import type { SeriesContext } from '../measure/series.ts';
import type { ServerFacts } from '../pg/catalog/server.ts';
import type { Session } from '../pg/session.ts';
import type { Target } from '../pg/target.ts';
import type { Emit } from '../events.ts';

export interface RunOptions {
  readonly dryRun: boolean;
  readonly apply: boolean;
  readonly redo: boolean;
  /** Ids of items in progress elsewhere that this run takes over. */
  readonly takeOver: readonly string[];
  /** Ids of the items to work on; null for all. */
  readonly items: readonly string[] | null;
}

/** Everything that the items of one run share. */
export interface RunContext {
  readonly runId: string;
  readonly version: string;
  /** The repository's root; all written paths are below it. */
  readonly root: string;
  readonly config: Config;
  readonly options: RunOptions;
  readonly environment: Environment;
  readonly target: Target;
  readonly server: ServerFacts;
  /** Writes the ledger and cleans up; not cancelled when the run is interrupted. */
  readonly control: Session;
  /** Reads and measures on the target. */
  readonly reader: Session;
  /** Null where nothing may be tried. */
  readonly lab: Lab | null;
  /** Whether the lab is the target itself, so that its numbers are the target's. */
  readonly labIsTarget: boolean;
  /** Reads the catalog where the lab is. */
  readonly labReader: Session;
  /** Whether statements may be executed on the target to measure them. */
  readonly mayMeasureTarget: boolean;
  readonly limits: LabLimits;
  readonly threshold: GainThreshold;
  readonly series: SeriesContext;
  readonly journalPath: string;
  readonly openAttempts: ReadonlyMap<string, OpenAttempt>;
  readonly now: () => Date;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Whether what is allowed is applied by this run: not with --no-apply, and not where a tool of the user's does it. */
export function appliesItself({ options, config }: Pick<RunContext, 'options' | 'config'>): boolean {
  return options.apply && config.applyWith === 'pitstop';
}
