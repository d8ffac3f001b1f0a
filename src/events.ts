import type { Environment } from './gate/environment.ts';
import type { TaskWarning } from './task/item.ts';
import type { ItemReport } from './outcome.ts';

/** What a run tells while it works. Each becomes one line of `run --json`, with the envelope added. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly files: readonly string[];
      readonly target: string;
      readonly environment: Environment;
      readonly lab: string | null;
      readonly dryRun: boolean;
      /** What looks wrong in the task files, by line. */
      readonly warnings: readonly (TaskWarning & { readonly file: string })[];
    }
  | {
      readonly type: 'item-started';
      readonly id: string;
      readonly title: string;
      readonly file: string;
      readonly line: number;
    }
  | {
      readonly type: 'phase';
      /** Null for what concerns the whole run. */
      readonly id: string | null;
      readonly phase: Phase;
      readonly message: string;
    }
  | {
      readonly type: 'approval-required';
      /** The item; null for a migration that was named on the command line. */
      readonly id: string | null;
      readonly request: string;
      readonly path: string;
      readonly statements: readonly string[];
      readonly reasons: readonly string[];
    }
  | { readonly type: 'item-finished'; readonly item: ItemReport }
  | {
      readonly type: 'run-finished';
      readonly exitCode: number;
      readonly items: readonly ItemReport[];
      readonly error: unknown;
    };

type Phase = 'prepare' | 'diagnose' | 'try' | 'judge' | 'apply' | 'verify' | 'record' | 'commit' | 'push';

export type Emit = (event: RunEvent) => void;
