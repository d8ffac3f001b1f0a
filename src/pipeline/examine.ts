import { measureWriteCost, DEFAULT_WRITE_COST } from '../labs/write-cost.ts';
import { withEquivalenceSandbox } from '../labs/sandbox/with-equivalence.ts';
import type { Change, IndexDefinition } from '../change.ts';
import { PitstopError } from '../errors.ts';
import type { EquivalenceVerdict } from '../equivalence/verdict.ts';
import type { ResolvedRelation } from '../facts.ts';
import { countedUpdates, writeLoad } from '../measure/write-load.ts';
import { judgeWriteCost, type WriteCost } from '../measure/write-cost.ts';
import { isConnectionLoss, serverError, SQLSTATE } from '../pg/failure.ts';
import { readStatementCounts } from '../pg/catalog/statement-counts.ts';
import { formatWriteCost } from '../report/write-cost.ts';
import { describeDifference, describeSameness } from '../report/equivalence.ts';
import { statementsOrNone } from '../sql/parse.ts';
import { exceeds, type Limits } from '../steps/limits.ts';
import type { FactSheet } from '../steps/step.ts';
import type { MeasuredTrial, TrialReason } from '../trial.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';

/** What is known of a trial beside its gain: what it costs writers, and whether its rewrite asks the same. */
export interface Examination {
  /** Why it is not kept all the same; null where nothing speaks against it. */
  readonly objection: TrialReason | null;
  readonly notes: readonly string[];
  readonly equivalence: EquivalenceVerdict | null;
  readonly writeCosts: readonly WriteCost[];
}

type Finding = Partial<Omit<Examination, 'objection'>> & { readonly objection: TrialReason | null };

/**
 * Looks closer at a trial that is about to be chosen: the limits of its item, whether a rewrite gives the same on data
 * that is not there, and what indexes cost those who write. Each costs seconds, so only the best trial is looked at.
 */
export async function examine(
  run: RunContext,
  dossier: Dossier,
  facts: Partial<FactSheet>,
  limits: Limits,
  trial: MeasuredTrial,
): Promise<Examination> {
  const { relations = [], statement } = facts;
  const found: Finding[] = [];
  const looks = [
    async () => ({ objection: overLimits(limits, trial) }),
    async () => (statement === undefined ? null : compareMeaning(run, dossier, relations, trial)),
    async () => weighWriters(run, dossier, relations, limits, trial),
  ];
  for (const look of looks) {
    const finding = await look();
    if (finding !== null) found.push(finding);
    if (finding?.objection != null) break;
  }
  return {
    objection: found.find(({ objection }) => objection !== null)?.objection ?? null,
    notes: found.flatMap(({ notes = [] }) => notes),
    equivalence: found.find(({ equivalence }) => equivalence != null)?.equivalence ?? null,
    writeCosts: found.flatMap(({ writeCosts = [] }) => writeCosts),
  };
}

function overLimits(limits: Limits, { proposal: { change }, sizeBytes }: MeasuredTrial): TrialReason | null {
  return exceeds(limits, { indexes: indexesOf(change).length, bytes: sizeBytes });
}

function indexesOf({ steps }: Change): IndexDefinition[] {
  return steps.flatMap(({ builds }) => (builds === null ? [] : [builds]));
}

/** Compares a rewrite with the statement on made-up data, in a database of our own. */
async function compareMeaning(
  run: RunContext,
  dossier: Dossier,
  relations: readonly ResolvedRelation[],
  { proposal: { change }, rows }: MeasuredTrial,
): Promise<Finding | null> {
  const { probe } = dossier;
  const { rewrite } = change;
  // What asks something else on purpose is not compared with what was asked before.
  if (rewrite === undefined || rewrite.changesInterface || probe === null) return null;
  tell(run, dossier, 'comparing the rewrite with the statement on other data');
  const verdict = await equivalenceOf(run, relations, {
    original: probe.sql,
    rewrite: rewrite.sql,
    parameterSets: probe.parameterSets,
    relations,
  });
  if (verdict.verdict === 'differs') {
    const message = describeDifference(verdict.counterExample, { sensitive: dossier.sensitive });
    return { objection: { code: 'rows-differ', message }, equivalence: dossier.sensitive ? null : verdict };
  }
  return { objection: null, equivalence: verdict, notes: [describeSameness(verdict, rows)] };
}

async function equivalenceOf(
  run: RunContext,
  relations: readonly ResolvedRelation[],
  request: Parameters<Parameters<Parameters<typeof withEquivalenceSandbox>[5]>[0]['check']>[0],
): Promise<EquivalenceVerdict> {
  const { limits, series, labReader, sandboxes } = run;
  const statements = [request.original, request.rewrite].flatMap((sql) =>
    statementsOrNone(sql).map(({ tree }) => tree),
  );
  const contents = { relations: relations.map(({ relation }) => relation.oid), statements };
  const real = {
    session: labReader,
    cutoffMs: limits.cutoffMs,
    budgetMs: REAL_DATA_BUDGET_MS,
    clock: series.clock,
  };
  try {
    return await withEquivalenceSandbox(
      sandboxes,
      labReader,
      contents,
      run.lab === null ? null : real,
      series.signal,
      ({ check }) => check(request),
    );
  } catch (error) {
    const reason = whyNoSandbox(error);
    if (reason === null) throw error;
    return { verdict: 'incomparable', reason, checks: NO_CHECKS };
  }
}

/** What kept a database of our own from being made, a right on the source that is missing included; null for faults. */
function whyNoSandbox(error: unknown): string | null {
  if (error instanceof PitstopError) return NO_SANDBOX.has(error.code) ? error.message : null;
  const refusal = isConnectionLoss(error) ? null : serverError(error);
  return refusal === null || refusal.code === SQLSTATE.queryCanceled ? null : refusal.message;
}

/** Further parameter sets on the real data, each with both statements; made-up states take about as long. */
const REAL_DATA_BUDGET_MS = 2_000;
/** No database of ours: the rewrite was compared on the real data only, and that is said. */
const NO_SANDBOX = new Set(['no-lab', 'embedded-unavailable']);
const NO_CHECKS = {
  states: 0,
  parameterSets: 0,
  comparisons: 0,
  withRows: 0,
  onRealData: 0,
  timedOut: 0,
  originalRaised: 0,
  forbidden: 0,
};

/** What each table's new indexes cost those who write to it, weighed with what the statement saves. */
async function weighWriters(
  run: RunContext,
  dossier: Dossier,
  relations: readonly ResolvedRelation[],
  limits: Limits,
  { proposal: { change }, sizeBytes, buildMs, before, after }: MeasuredTrial,
): Promise<Finding | null> {
  const indexes = indexesOf(change);
  if (indexes.length === 0 || run.labBuilder === null) return null;
  tell(run, dossier, 'measuring what it costs writers');
  const counts = await readStatementCounts(
    run.reader,
    indexes.map(({ table }) => table),
  );
  const writeCosts: WriteCost[] = [];
  const notes: string[] = [];
  for (const [table, own] of byTable(indexes)) {
    const facts = relations.find(
      ({ relation }) => relation.schema === table.schema && relation.name === table.table,
    );
    if (facts === undefined) continue;
    const cost = await measureWriteCost(
      run.labBuilder,
      {
        table: { schema: table.schema, name: table.table },
        indexes: own,
        built: { sizeBytes, buildMs: buildMs ?? null },
        updatedColumns: countedUpdates(counts, facts.relation),
      },
      { ...DEFAULT_WRITE_COST, clock: run.series.clock, signal: run.series.signal },
    );
    if ('code' in cost) {
      notes.push(cost.message);
      continue;
    }
    writeCosts.push(cost);
    notes.push(formatWriteCost(cost));
    const sql = dossier.probe?.sql ?? '';
    const load = writeLoad(counts, sql, facts.relation, cost.coveredColumns);
    const saved = before.medianMs - after.medianMs;
    const objection = judgeWriteCost(cost, saved, load, limits);
    if (objection !== null) return { objection, notes, writeCosts };
  }
  return { objection: null, notes, writeCosts };
}

function byTable(indexes: readonly IndexDefinition[]): Map<IndexDefinition, IndexDefinition[]> {
  const tables = new Map<IndexDefinition, IndexDefinition[]>();
  for (const index of indexes) {
    const known = [...tables.keys()].find((one) => one.schema === index.schema && one.table === index.table);
    if (known === undefined) tables.set(index, [index]);
    else tables.get(known)?.push(index);
  }
  return tables;
}

function tell(run: RunContext, { item }: Dossier, message: string): void {
  run.emit({ type: 'phase', id: item.id, phase: 'try', message });
}
