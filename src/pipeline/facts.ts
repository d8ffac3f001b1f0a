import { createHash } from 'node:crypto';
import { relationReferences } from '../advisor/references.ts';
import { parsePlan } from '../explain/plan.ts';
import type { ResolvedRelation } from '../facts.ts';
import { measureBaseline, untilCutoff } from '../labs/baseline.ts';
import { formatNamed } from '../migration/formats/index.ts';
import { unsafeCalls } from '../gate/reached.ts';
import { judge } from '../gate/verdict.ts';
import { readNameFacts } from '../pg/catalog/deciding-names.ts';
import { findIndex } from '../pg/catalog/index-state.ts';
import { readTakenNames } from '../pg/catalog/names.ts';
import { readMayIndex, readRelations } from '../pg/catalog/relations.ts';
import { readServerTraits } from '../pg/catalog/traits.ts';
import { probeRunner, readOnly, type Isolation } from '../pg/execute.ts';
import type { FactSheet, NamedIndex, StatementFacts, StepItem } from '../steps/step.ts';
import type { WritingStatement } from '../sql/writing-statement.ts';
import type { InputFields } from '../task/input.ts';
import { appliesItself, type RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { requireAlike } from './lab-alike.ts';
import { withLoggedValues } from './logged-values.ts';
import { gatherServerFacts } from './server-facts.ts';
import { Blocked } from '../outcome.ts';
import { blockedByServer } from './server-refusal.ts';
import { readReferencing } from './referencing.ts';
import { readItemStatement, readStatement } from './statement.ts';

/** What the catalog says of an item's subject; cheap, and enough to tell whether anything has changed. */
export interface Subjects {
  readonly statement: StatementFacts | null;
  /** As the target has them. */
  readonly relations: readonly ResolvedRelation[];
  readonly index: NamedIndex | null;
  /** Where the values of the statement's parameters come from, in words; null where the item gives them. */
  readonly sampled: string | null;
}

/**
 * Looks the item's subject up on the target. Ends the item where the statement cannot be a probe.
 * @param writing whether it may be a statement that writes: whoever executes it has a lab for that
 */
export async function readSubjects(
  run: RunContext,
  step: StepItem,
  { writing = false } = {},
): Promise<Subjects> {
  const { statement: text, index: name } = step.subject;
  const read =
    text === undefined ? null : writing ? readItemStatement(text) : readStatement(text, { open: true });
  const references = read === null ? [] : relationReferences(read.parsed.tree);
  const named = await readRelations(run.reader, references);
  const writes = read?.writes ?? null;
  const referencing = writes === null ? [] : await readReferencing(run.reader, writes, named);
  const relations = await withRights(run, [...named, ...referencing]);
  const missing = references.find((wanted) => relations.every(({ reference }) => reference !== wanted));
  if (missing !== undefined) {
    const shown = missing.schema === null ? missing.name : `${missing.schema}.${missing.name}`;
    throw new Blocked(
      'needs-information',
      'unknown-table',
      `the database has no relation ${shown}; which table is meant?`,
    );
  }
  if (writes !== null) await requireWritable(run, writes);
  else if (read !== null) await requireSafe(run, read);
  const { statement, sampled } = await withLoggedValues(run, read, relations);
  const index = name === undefined ? null : await findIndex(run.reader, name.schema, name.name);
  if (name !== undefined && index === null) {
    const shown = name.schema === null ? name.name : `${name.schema}.${name.name}`;
    throw new Blocked(
      'needs-information',
      'unknown-index',
      `the database has no index ${shown}; which index is meant, or is it gone already?`,
    );
  }
  return { statement, relations, index, sampled };
}

/** Whether an index may be built is a question about the role that would build it. */
async function withRights(
  run: RunContext,
  relations: readonly ResolvedRelation[],
): Promise<ResolvedRelation[]> {
  if (run.config.readDatabaseUrl === undefined) return [...relations];
  const may = await readMayIndex(
    run.control,
    relations.map(({ relation }) => relation.oid),
  );
  return relations.map(({ reference, relation }) => ({
    reference,
    relation: { ...relation, mayIndex: may.has(relation.oid) },
  }));
}

/** What is executed nowhere, whatever the place: anything on production, and what nobody could approve. */
async function requireWritable(run: RunContext, { sql, tree }: WritingStatement): Promise<void> {
  if (run.environment === 'production')
    throw new Blocked('refused', 'statement-writes', 'the statement writes, and the target is production');
  const { verdict, statements } = judge(sql, run.environment, await readNameFacts(run.reader, [tree]));
  if (verdict !== 'refuse') return;
  const reasons = statements.flatMap((statement) => statement.reasons).join('; ');
  throw new Blocked('refused', 'statement-writes', `the statement writes, and is refused: ${reasons}`);
}

/** A view, an operator or a function of the database may do what its name does not show. */
export async function requireSafe(run: RunContext, { parsed }: StatementFacts): Promise<void> {
  const sessions = run.labIsTarget ? [run.reader] : [run.reader, run.labReader];
  for (const session of sessions) {
    const names = await readNameFacts(session, [parsed.tree]);
    const unsafe = unsafeCalls(parsed.tree, names);
    if (unsafe.length === 0) continue;
    const powers =
      names.rolePowers.length === 0 ? '' : `, and the role has the powers ${names.rolePowers.join(', ')}`;
    throw new Blocked(
      'refused',
      'unsafe-function',
      `the statement runs ${unsafe.join(', ')}, which is not known to only read${powers}`,
    );
  }
}

/** Gathers what the kind asked for. The plan is the target's where statements may be executed there, else the lab's. */
export async function gatherFacts(
  run: RunContext,
  step: StepItem,
  subjects: Subjects,
  dossier: Dossier,
): Promise<Partial<FactSheet>> {
  const { relations, index } = subjects;
  if (subjects.statement === null) return { index, relations, ...(await gatherServerFacts(run, step)) };
  const statement = await slowestFirst(run, subjects.statement).catch((error: unknown) =>
    Promise.reject(blockedByServer(error)),
  );
  dossier.probe = statement.probe;
  dossier.names = statement.names;
  dossier.writes = statement.writes !== null;
  dossier.lab = run.labName;
  const labRelations = run.labIsTarget || run.lab === null ? relations : await requireAlike(run, relations);
  const plan = await readPlan(run, statement, dossier).catch((error: unknown) =>
    Promise.reject(blockedByServer(error)),
  );
  const schemas = relations.map(({ relation }) => relation.schema);
  const takenNames = new Set([
    ...(await readTakenNames(run.reader, schemas)),
    ...(run.labIsTarget ? [] : await readTakenNames(run.labReader, schemas)),
  ]);
  const server = await readServerTraits(run.reader);
  return { statement, relations: labRelations, plan: parsePlan(plan), takenNames, server, index };
}

/** Plans are read of the first parameter set: the one that takes longest has most to show. */
async function slowestFirst(run: RunContext, statement: StatementFacts): Promise<StatementFacts> {
  const { sql, parameterSets } = statement.probe;
  if (parameterSets.length < 2 || !run.mayMeasureTarget || statement.writes !== null) return statement;
  const { reader, limits, series } = run;
  const timed: { readonly set: readonly unknown[]; readonly ms: number }[] = [];
  for (const set of parameterSets) {
    const isolate: Isolation = (work) => readOnly(reader, limits.cutoffMs, work);
    const runner = probeRunner(reader, { sql, parameterSets: [set] }, isolate, series.clock);
    timed.push({ set, ms: (await untilCutoff(runner.time)) ?? limits.cutoffMs });
  }
  const slowest = timed.toSorted((one, other) => other.ms - one.ms).map(({ set }) => set);
  return { ...statement, probe: { sql, parameterSets: slowest } };
}

async function readPlan(
  run: RunContext,
  { probe, writes }: StatementFacts,
  dossier: Dossier,
): Promise<unknown> {
  const { reader, lab, writingLab, limits, series } = run;
  if (writes !== null) {
    if (writingLab === null) throw new Error('a statement that writes has no lab');
    dossier.baseline = await writingLab.baseline(probe);
    return dossier.baseline.plan;
  }
  // Errors of the statement itself show here, before anything is executed.
  const isolated = probeRunner(
    reader,
    probe,
    (work) => readOnly(reader, limits.cutoffMs, work),
    series.clock,
  );
  const estimate = await isolated.explain('estimate');
  if (run.mayMeasureTarget) {
    dossier.baseline = await measureBaseline(reader, probe, {
      cutoffMs: limits.cutoffMs,
      series,
      where: 'target',
    });
    return dossier.baseline.plan;
  }
  return lab === null ? estimate : (await lab.baseline(probe)).plan;
}

/**
 * Hash of what decides an item's outcome: its inputs, where it runs, how it is tried, and the columns of the tables it
 * is about. Indexes are left out, or every index of this run would send the run's other items round again.
 */
export function basisOf(run: RunContext, inputs: InputFields, subjects: Subjects | null): string {
  const basis = {
    inputs,
    environment: run.environment,
    lab: run.labName,
    database: [run.server.systemIdentifier, run.server.databaseOid],
    settings: [run.config.measure, run.config.trial, appliesItself(run), ...toolOf(run), ...run.config.logs],
    relations: subjects?.relations.map(({ relation }) => [
      relation.schema,
      relation.name,
      relation.kind,
      relation.mayIndex,
      relation.columns.map(({ name, type, notNull }) => [name, type, notNull]),
    ]),
    index: subjects?.index?.index.definition ?? null,
  };
  return createHash('sha256').update(JSON.stringify(basis)).digest('hex');
}

/** Another tool's files are another outcome. */
function toolOf({ config: { migrationFormat } }: RunContext): string[] {
  return formatNamed(migrationFormat).tool === null ? [] : [migrationFormat];
}
