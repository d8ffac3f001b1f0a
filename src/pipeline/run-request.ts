import type { Config } from '../config.ts';
import type { Emit } from '../events.ts';
import type { Environment } from '../gate/environment.ts';
import type { Target } from '../pg/target.ts';
import type { Approving, RunOptions } from './context.ts';

/** What a run is given from outside. */
export interface RunRequest {
  readonly runId: string;
  readonly version: string;
  readonly root: string;
  readonly config: Config;
  readonly options: RunOptions;
  /**
   * `plan` reads the catalog and estimates, nothing more: no lock, no lab, no measuring. `apply`, `revert` and `push` do what
   * they are told to, and try nothing.
   */
  readonly purpose: 'run' | 'plan' | 'apply' | 'revert' | 'push';
  readonly target: Target;
  /** pitstop started the target's server itself. */
  readonly embedded: boolean;
  readonly declaredEnvironment: Environment | null;
  /** `transaction`, the URL of a database, or null for the default of the environment. */
  readonly lab: string | null;
  readonly approving: Approving;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The process's variables alone, for the programs that are started. */
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly now: () => Date;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}
