import { isDeepStrictEqual } from 'node:util';
import { measureBaseline } from '../labs/baseline.ts';
import { hasFewerBlocks } from '../measure/judge.ts';
import type { Measurement } from '../measure/measurement.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { formatSpeedup } from '../report/format.ts';
import { unbindNamed } from '../sql/parameters.ts';
import { statementsOrNone } from '../sql/parse.ts';
import { isRecord } from '../sql/walk.ts';
import type { Baseline } from '../trial.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import type { RememberedEvidence } from './remembered.ts';

/** Whether an item waits for a person to adopt something, and not for migrations to be applied. */
export function waitsForAdoption({ outcome, reason }: RememberedEvidence): boolean {
  return outcome === 'handed-over' && reason.code.startsWith('adopt-');
}

/** Whether some role, or the database, has by now the settings that an item handed over. */
export async function areSettingsAdopted(
  { reader }: RunContext,
  session: Readonly<Record<string, string>>,
): Promise<boolean> {
  const wanted = Object.entries(session).map(([name, value]) => `${name}=${value}`);
  const rows = await reader.query<{ settings: readonly string[] }>(
    `SELECT setconfig AS settings FROM pg_db_role_setting
      WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`,
  );
  if (rows.some(({ settings }) => wanted.every((one) => settings.includes(one)))) return true;
  const [own] = await reader.query<{ same: boolean }>(
    `SELECT bool_and(current_setting(name, true) = value) AS same FROM unnest($1::text[], $2::text[]) AS wanted(name, value)`,
    [Object.keys(session), Object.values(session)],
  );
  return own?.same === true;
}

/**
 * The end of an item of which somebody has adopted what was handed over: the statement is now the rewrite, or some role
 * has the settings, and it is as fast as it was. Null where that is not so.
 */
export async function concludeAdopted(run: RunContext, dossier: Dossier): Promise<Conclusion | null> {
  const { earlier, baseline } = dossier;
  if (earlier === null || earlier.outcome !== 'handed-over' || earlier.before === null) return null;
  if (baseline === null || baseline.lowerBound) return null;
  if (earlier.rewrite !== null) {
    if (!asksRewrite(dossier)) return null;
    // Its numbers were those of many calls against one, which are not what is measured now.
    if (earlier.reason.code === 'adopt-batch') return concludeBatchInUse(dossier, baseline);
    return concludeGain(run, dossier, earlier.before, baseline, 'the rewrite that was handed over is in use');
  }
  if (earlier.session === null || earlier.basis !== dossier.basis) return null;
  if (!(await areSettingsAdopted(run, earlier.session))) return null;
  const underThem = await measureUnder(run, dossier, earlier.session);
  if (underThem === null || underThem.lowerBound) return null;
  return concludeGain(
    run,
    dossier,
    earlier.before,
    underThem,
    'the settings that were handed over are in use',
  );
}

function concludeBatchInUse(dossier: Dossier, { measurement, rowCounts }: Baseline): Conclusion {
  dossier.changes = 'the statement for many keys that was handed over is in use';
  dossier.before = measurement;
  dossier.rowCounts = rowCounts;
  return conclude('applied', 'adopted', dossier.changes);
}

/** Whether the item's statement is by now the rewrite that an earlier run found for it. */
export function asksRewrite({ earlier, probe, names }: Dossier): boolean {
  if (earlier === null || earlier.rewrite === null || probe === null) return false;
  return isSameStatement(unbindNamed(probe.sql, names), earlier.rewrite);
}

/** The role that has them may be another than ours. */
async function measureUnder(
  { reader, limits: { cutoffMs }, series }: RunContext,
  { probe }: Dossier,
  session: Readonly<Record<string, string>>,
): Promise<Baseline | null> {
  return probe === null
    ? null
    : measureBaseline(reader, probe, { cutoffMs, series, where: 'target', session });
}

function concludeGain(
  { threshold }: RunContext,
  dossier: Dossier,
  before: Measurement,
  { measurement: after, rowCounts }: Baseline,
  changes: string,
): Conclusion | null {
  const speedup = {
    ratio: before.medianMs / after.medianMs,
    ci95: [before.ci95Ms[0] / after.ci95Ms[1], before.ci95Ms[1] / after.ci95Ms[0]] as const,
  };
  // As after applying: the gain has to show again, and the interval or the blocks have to say that it is real.
  const required = 1 / (1 - threshold.time);
  const fewerBlocks = hasFewerBlocks(before.sharedBlocks, after.sharedBlocks, threshold);
  if (!(speedup.ratio > required && (speedup.ci95[0] > required || fewerBlocks))) return null;
  dossier.before = before;
  dossier.after = after;
  dossier.speedup = speedup;
  dossier.rowCounts = rowCounts;
  dossier.changes = changes;
  dossier.keptMigrations = dossier.earlier?.migrations ?? [];
  return conclude('proven', 'adopted', formatSpeedup(speedup));
}

/** Whether two texts are the same statement, however they are laid out; `:name` placeholders do not parse. */
function isSameStatement(one: string, other: string): boolean {
  const plain = (sql: string) => sql.replaceAll(/\s+/g, ' ').replace(/;\s*$/, '').trim();
  if (plain(one) === plain(other)) return true;
  const [a, b] = [statementsOrNone(one), statementsOrNone(other)];
  return a.length === 1 && b.length === 1 && isDeepStrictEqual(withoutPlaces(a), withoutPlaces(b));
}

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'location' && name !== 'sql');
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutPlaces(inner)]));
}
