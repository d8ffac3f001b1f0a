import type { Actor } from '../audit/event.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Config } from '../config.ts';
import type { Experiment, Observation } from '../experiment.ts';
import type { Environment } from '../gate/environment.ts';
import type { OpenAttempt } from '../journal/journal.ts';
import type { Lab } from '../labs/lab.ts';
import type { WritingLab } from '../labs/writing.ts';
import type { SandboxServer } from '../labs/sandbox/server.ts';
import type { LabLimits } from '../labs/limits.ts';
import type { GainThreshold } from '../measure/judge.ts';
import type { SeriesContext } from '../measure/series.ts';
import type { ServerFacts } from '../pg/catalog/server.ts';
import type { Session } from '../pg/session.ts';
import type { Target } from '../pg/target.ts';
import type { TestReport } from '../project-tests/report.ts';
import type { Emit } from '../events.ts';
import type { LoggedCalls } from './logged-calls.ts';
import type { Once } from './once.ts';

export interface RunOptions {
  readonly dryRun: boolean;
  readonly apply: boolean;
  readonly redo: boolean;
  /** One commit for each item; never together with `dryRun`. */
  readonly commit: boolean;
  /** Ask for a push of the commits; only together with `commit`. */
  readonly push: boolean;
  /** Ids of items in progress elsewhere that this run takes over. */
  readonly takeOver: readonly string[];
  /** Ids of the items to work on; null for all. */
  readonly items: readonly string[] | null;
}

/** How approvals reach a run. */
export interface Approving {
  /** Asks the person at the terminal; null where there is none, or nobody may be asked. */
  readonly ask: Ask | null;
  /** `pitstop approve ID`: only this request is asked about. */
  readonly approveOnly: string | null;
  /** Who runs this. */
  readonly actor: Actor;
  /** A new UUID. */
  readonly newId: () => string;
}

/** Shows lines, then asks until the answer is accepted or the person gives up. Whether it was accepted. */
type Ask = (question: Question) => Promise<boolean>;

interface Question {
  readonly lines: readonly string[];
  readonly question: string;
  readonly accepts: (answer: string) => boolean;
}

type Conduct = (run: RunContext, experiment: Experiment) => Promise<Observation>;

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
  /** Gives the sessions that execute statements of task files new connections: what one item left there is gone. */
  readonly renewProbing: () => Promise<void>;
  /** Null where nothing may be tried. */
  readonly lab: Lab | null;
  /** Whether the lab is the target itself, so that its numbers are the target's. */
  readonly labIsTarget: boolean;
  /** Reads the catalog where the lab is. */
  readonly labReader: Session;
  /** Makes changes where the lab is, in transactions that are rolled back; null where there is no lab. */
  readonly labBuilder: Session | null;
  /** What the lab is called; null where there is none. */
  readonly labName: string | null;
  /** Each item has a lab of our own, filled with what its statement reads. */
  readonly labIsOwn: boolean;
  /** The lab of an item whose statement writes, which alone may execute it; null for every other item. */
  readonly writingLab: WritingLab | null;
  /** Databases of our own, with what a statement reads. */
  readonly sandboxes: SandboxServer;
  /** Conducts an experiment; null where nothing is tried, only planned. */
  readonly conduct: Conduct | null;
  /** Whether statements may be executed on the target to measure them. */
  readonly mayMeasureTarget: boolean;
  readonly limits: LabLimits;
  readonly threshold: GainThreshold;
  readonly series: SeriesContext;
  /** The project's tests as they were before this run's first change. */
  readonly testsBefore: Once<TestReport>;
  /** What the server's logs have; they are read when the first statement needs them. */
  readonly loggedCalls: Once<LoggedCalls>;
  /** The process's variables alone. */
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly approving: Approving;
  readonly audit: AuditLog;
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
