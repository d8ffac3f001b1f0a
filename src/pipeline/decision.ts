import type { Change } from '../change.ts';
import type { Migration } from '../migration/migration.ts';
import type { Baseline, MeasuredTrial } from '../trial.ts';
import type { RunContext } from './context.ts';
import type { SourceStatement } from './source-file.ts';
import type { WorkloadChoice } from './workload.ts';

/**
 * What was decided before anything was applied. It stands in the journal, so that a run that resumes after a crash can
 * go on from here: verify and record, with the numbers of before.
 */
export interface Decision {
  /** Fingerprint of the item that it answers. */
  readonly asked: string;
  /** The database that it is about: system identifier and object id. */
  readonly database: string;
  readonly change: Change;
  /** Why it was proposed. */
  readonly reason: string;
  readonly trial: MeasuredTrial | null;
  readonly baseline: Baseline | null;
  readonly migrations: readonly Migration[];
  /** The statement as its file had it: by the time of a resumption the rewrite may stand there. */
  readonly source?: SourceStatement | null;
  /** How the statement was chosen, where the item names a workload. */
  readonly workload?: WorkloadChoice | null;
}

export function databaseOf({ server }: Pick<RunContext, 'server'>): string {
  return `${server.systemIdentifier}/${server.databaseOid}`;
}
