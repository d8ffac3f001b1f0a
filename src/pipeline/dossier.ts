import type { Finding } from '../explain/finding.ts';
import type { Approval } from '../gate/approval.ts';
import type { Judgement } from '../gate/verdict.ts';
import type { Measurement, RowsComparison, Speedup } from '../measure/measurement.ts';
import type { Probe } from '../measure/probe.ts';
import type { Migration } from '../migration/migration.ts';
import type { TestedChange } from '../project-tests/compare.ts';
import type { Item } from '../task/item.ts';
import type { BatchTrial } from './batch.ts';
import type { KeptResult } from '../measure/cached-calls.ts';
import type { WrittenFile } from './change-files.ts';
import type { Examination } from './examine.ts';
import type { LocatedEvidence, RememberedEvidence, RememberedMigration } from './remembered.ts';
import type { SourceStatement } from './source-file.ts';
import type { WorkloadChoice } from './workload.ts';
import type { ConfiguredSetting } from '../tuning/configured.ts';
import type { Baseline, MeasuredTrial, Trial } from '../trial.ts';

/**
 * What is known of one item so far. It fills up on the item's way, so that whatever ends the way early still records
 * everything that was found before.
 */
export interface Dossier {
  /** Relative to the repository's root. */
  readonly file: string;
  readonly item: Item;
  /** Where the evidence goes, relative to the repository's root. */
  readonly evidencePath: string;
  /** What an earlier run recorded there. */
  readonly earlier: RememberedEvidence | null;
  kind: string | null;
  /** Hash of everything that decides the outcome; a blocked item is tried again when it changes. */
  basis: string | null;
  probe: Probe | null;
  /** Whether the statement writes, so that only a writing lab may execute it. */
  writes: boolean;
  /** The lab that changes were tried in; null where none was used yet. */
  lab: string | null;
  /** Where the statement stands, if it comes from a file. */
  source: SourceStatement | null;
  /** The names of the statement's placeholders, where it has names. */
  names: readonly string[];
  /** Where the values of its parameters come from, in words; null where the item gives them. */
  sampled: string | null;
  /** How the statement was chosen, where the item names a workload. */
  workload: WorkloadChoice | null;
  /** One call for many keys, where it is the number of calls that costs. */
  batch: BatchTrial | null;
  /** The result kept by the application, where nothing exact helps and an older one will do. */
  cache: KeptResult | null;
  /** Literals, parameters and plans of the statement are written nowhere. */
  sensitive: boolean;
  targetMs: number | null;
  findings: readonly Finding[];
  /** On the target, or where a statement that writes may be executed; null where that is nowhere. */
  baseline: Baseline | null;
  trials: Trial[];
  chosen: MeasuredTrial | null;
  /** A closer look at the chosen one. */
  examination: Examination | null;
  judgement: Judgement | null;
  migrations: readonly Migration[];
  /** Files besides migrations that were written. */
  written: readonly WrittenFile[];
  /** Settings that those files give a server. */
  configures: readonly ConfiguredSetting[];
  /** What is left for a person once they are there: `the server is to be given it, with a reload`; null for nothing. */
  remains: string | null;
  /** What an earlier run applied for the item, and is still what does it. */
  keptMigrations: readonly RememberedMigration[];
  /** Whether the migrations have taken effect on the target; `in-doubt` while they are being applied. */
  effect: 'none' | 'in-doubt' | 'applied';
  /** One line of what is, or would be, changed. */
  changes: string | null;
  /** The statement that takes the place of the item's, as the item writes its placeholders. */
  rewrite: string | null;
  /** Settings that the statement's session needs. */
  session: Readonly<Record<string, string>> | null;
  /** What people should know beside the numbers: `its index makes orders_customer_id_idx superfluous`. */
  notes: string[];
  before: Measurement | null;
  after: Measurement | null;
  speedup: Speedup | null;
  lowerBound: boolean;
  rows: RowsComparison;
  rowCounts: readonly number[];
  /** Under which it was applied; null where nobody had to be asked. */
  approval: Approval | null;
  /** Null where the project's tests were not run on the change. */
  tests: TestedChange | null;
  request: { readonly id: string; readonly path: string } | null;
  /** Paths written, relative to the root. */
  files: string[];
  /** Paths removed or given back to others, relative to the root. */
  removed: string[];
}

export function openDossier(file: string, item: Item, evidence: LocatedEvidence): Dossier {
  return {
    file,
    item,
    evidencePath: evidence.path,
    earlier: evidence.remembered,
    kind: null,
    basis: null,
    probe: null,
    writes: false,
    lab: null,
    source: null,
    names: [],
    sampled: null,
    workload: null,
    batch: null,
    cache: null,
    sensitive: false,
    targetMs: null,
    findings: [],
    baseline: null,
    trials: [],
    chosen: null,
    examination: null,
    judgement: null,
    migrations: [],
    written: [],
    configures: [],
    remains: null,
    keptMigrations: [],
    effect: 'none',
    changes: null,
    rewrite: null,
    session: null,
    notes: [],
    before: null,
    after: null,
    speedup: null,
    lowerBound: false,
    rows: 'not-applicable',
    rowCounts: [],
    approval: null,
    tests: null,
    request: null,
    files: [],
    removed: [],
  };
}
