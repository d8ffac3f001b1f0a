import { measureBaseline } from '../labs/baseline.ts';
import { cacheSaving, callRate, countKeys, type KeptResult } from '../measure/cached-calls.ts';
import type { Probe } from '../measure/probe.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { readCallCounts, type CallCount } from '../pg/catalog/call-counts.ts';
import { readReachedRelations } from '../pg/catalog/reached-relations.ts';
import { readOnly } from '../pg/execute.ts';
import type { Session } from '../pg/session.ts';
import { formatBytes } from '../report/format.ts';
import { keptBy, keptFor, notesOfKept } from '../report/kept-result.ts';
import { besideData } from '../sql/beside-data.ts';
import { withoutLiterals } from '../sql/normalize.ts';
import { statementsOrNone } from '../sql/parse.ts';
import type { Limits } from '../steps/limits.ts';
import type { FactSheet, StatementFacts } from '../steps/step.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import type { Subjects } from './facts.ts';

/** What memcached takes for one value, unless it is told otherwise. */
const MOST_BYTES = 1024 ** 2;
/** Asking a cache on another machine takes about a millisecond: what is hardly slower is not worth the trouble. */
const WORTH_MS = 5;

/** What was counted of statements like an item's, where it allows an older result; none elsewhere. */
export async function countCalls(
  { reader }: RunContext,
  { stale }: Limits,
  { statement, relations }: Subjects,
): Promise<readonly CallCount[]> {
  if (!stale || statement === null) return [];
  const names = relations.map(({ reference }) => reference.name);
  return readCallCounts(reader, names);
}

/**
 * Where nothing that is always true helps, and the item lets its result be older: that the application keeps it, which a
 * person has to adopt. Else the end that the item has come to, with why keeping it is no answer.
 */
export async function concludeCache(
  run: RunContext,
  dossier: Dossier,
  { statement, relations = [] }: Partial<FactSheet>,
  { limits, counts }: { readonly limits: Limits; readonly counts: readonly CallCount[] },
  conclusion: Conclusion,
): Promise<Conclusion> {
  if (conclusion.outcome !== 'no-gain' || !limits.stale || dossier.sensitive) return conclusion;
  const place = placeToMeasure(run);
  if (place === null || statement === undefined || statement.writes !== null) return conclusion;
  const { cutoffMs } = run.limits;
  const baseline =
    dossier.baseline ??
    (await measureBaseline(place.session, statement.probe, {
      cutoffMs,
      series: run.series,
      where: place.where,
    }));
  if (baseline.lowerBound || baseline.measurement.medianMs < WORTH_MS) return conclusion;
  const tables = relations.map(({ relation }) => relation);
  const beside = await decidesBeside(
    place.session,
    statement,
    tables.map(({ oid }) => oid),
  );
  if (beside !== null) return without(conclusion, `its result depends on more than the data: ${beside}`);
  const largest = await measureResults(place.session, statement.probe, cutoffMs);
  if (largest.bytes > MOST_BYTES) return without(conclusion, `it has ${formatBytes(largest.bytes)}`);

  const { parsed, probe } = statement;
  const ttlSeconds = limits.staleSeconds;
  const counted = callRate(probe.sql, counts);
  const keys = countKeys(parsed.tree, parsed.parameters, tables);
  const kept: KeptResult = {
    ttlSeconds,
    parameters: Array.from({ length: parsed.parameters }, (_, at) => parameterName(statement, at)),
    ...largest,
    counted,
    keys,
    saving:
      counted === null || ttlSeconds === null || keys === null
        ? null
        : cacheSaving(counted, ttlSeconds, keys),
  };
  return handOver(dossier, kept, baseline.measurement, {
    code: conclusion.reason.code,
    hasConstants: withoutLiterals(probe.sql) !== probe.sql,
  });
}

function placeToMeasure({ mayMeasureTarget, reader, lab, labReader, labName }: RunContext) {
  if (mayMeasureTarget) return { session: reader, where: 'target' };
  return lab === null ? null : { session: labReader, where: labName ?? 'lab' };
}

/** What decides the result besides the data, in the statement or in the views that it reads; null where nothing does. */
async function decidesBeside(
  session: Session,
  { parsed }: StatementFacts,
  oids: readonly number[],
): Promise<string | null> {
  const own = besideData(parsed.tree);
  if (own !== null) return own;
  for (const { name, definition, secured, temporary, ofServer } of await readReachedRelations(
    session,
    oids,
  )) {
    if (secured) return `${name} has row security`;
    if (temporary) return `${name} is a temporary table`;
    if (ofServer) return `${name} is the server's own`;
    const [view] = definition === null ? [] : statementsOrNone(definition);
    const within = view === undefined ? null : besideData(view.tree);
    if (within !== null) return `${within} in the view ${name}`;
  }
  return null;
}

/** The largest of the results that the parameter sets give. */
async function measureResults(
  session: Session,
  { sql, parameterSets }: Probe,
  cutoffMs: number,
): Promise<{ readonly rows: number; readonly bytes: number }> {
  const results: { readonly rows: number; readonly bytes: number }[] = [];
  for (const values of parameterSets) {
    let bytes = 0;
    const { rows } = await readOnly(session, cutoffMs, () =>
      session.stream(sql, values, (row) => {
        for (const value of row) bytes += value === null ? 0 : Buffer.byteLength(value);
      }),
    );
    results.push({ rows, bytes });
  }
  return results.toSorted((one, other) => other.bytes - one.bytes)[0] ?? { rows: 0, bytes: 0 };
}

function parameterName({ names }: StatementFacts, at: number): string {
  const name = names[at];
  return name === undefined ? `$${at + 1}` : `:${name}`;
}

function without({ outcome, reason: { code, message } }: Conclusion, why: string): Conclusion {
  return conclude(outcome, code, `${message}; keeping the result is no answer either: ${why}`);
}

function handOver(
  dossier: Dossier,
  kept: KeptResult,
  before: Dossier['before'],
  { code, hasConstants }: { readonly code: string; readonly hasConstants: boolean },
): Conclusion {
  dossier.cache = kept;
  dossier.before = before;
  dossier.changes = `the result kept by the application, ${keptFor(kept)}, ${keptBy(kept)}`;
  dossier.notes.push(...notesOfKept(kept, { hasConstants }));
  const allowed =
    kept.ttlSeconds === null
      ? 'an older result will do, without saying how old'
      : `a result may be ${kept.ttlSeconds} s old`;
  const message = `nothing exact helps (${code}), and the item says that ${allowed}: have the application keep it, ${keptFor(kept)}, ${keptBy(kept)}; the database does not show whether it does, so mark the item as done then`;
  return conclude('handed-over', 'adopt-cache', message);
}
