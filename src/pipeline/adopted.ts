import { isDeepStrictEqual } from 'node:util';
import { conclude, type Conclusion } from '../outcome.ts';
import { formatSpeedup } from '../report/format.ts';
import { unbindNamed } from '../sql/parameters.ts';
import { statementsOrNone } from '../sql/parse.ts';
import { isRecord } from '../sql/walk.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import type { RememberedEvidence } from './remembered.ts';

/** Whether an item waits for a person to adopt something, and not for migrations to be applied. */
export function waitsForAdoption({ outcome, rewrite, session }: RememberedEvidence): boolean {
  return outcome === 'handed-over' && (rewrite !== null || session !== null);
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
 * The end of an item whose rewrite somebody has adopted: the statement is now the one that was handed over, and as fast
 * as it was. Null where it is another one, or not faster than the old one was.
 */
export function concludeAdopted(dossier: Dossier, threshold: number): Conclusion | null {
  const { earlier, probe, names, baseline } = dossier;
  if (earlier === null || !waitsForAdoption(earlier) || earlier.before === null) return null;
  if (probe === null || baseline === null || baseline.lowerBound) return null;
  if (earlier.rewrite === null || !isSameStatement(unbindNamed(probe.sql, names), earlier.rewrite))
    return null;
  const [before, after] = [earlier.before, baseline.measurement];
  const speedup = {
    ratio: before.medianMs / after.medianMs,
    ci95: [before.ci95Ms[0] / after.ci95Ms[1], before.ci95Ms[1] / after.ci95Ms[0]] as const,
  };
  if (!(speedup.ci95[0] > 1 / (1 - threshold))) return null;
  dossier.before = before;
  dossier.after = after;
  dossier.speedup = speedup;
  dossier.rowCounts = baseline.rowCounts;
  dossier.changes = 'the rewrite that was handed over is in use';
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
