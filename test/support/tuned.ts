import { readTuningServer } from '../../src/pg/catalog/tuning-server.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { conf } from '../../src/tuning/forms/conf.ts';
import type { TuningDocument } from '../../src/tuning/forms/form.ts';
import { parseSetting } from '../../src/tuning/parse-setting.ts';
import { POSTGRESQL_18 } from '../../src/tuning/postgresql-18.ts';
import type { HardwareProfile } from '../../src/tuning/profile.ts';
import { recommend } from '../../src/tuning/recommend.ts';
import { MB } from '../../src/tuning/units.ts';
import type { ConfiguredServer } from './configured-server.ts';

/** What is written for a machine of which nothing else is known. */
export function documentFor(profile: HardwareProfile, server = POSTGRESQL_18): TuningDocument {
  return { profile, server, recommendation: recommend(profile, server), measured: new Map() };
}

/** What a started server says of its configuration. */
interface Started {
  /** Lines of the file that it does not take. */
  readonly errors: readonly string[];
  /** Settings that are not as the file says. */
  readonly differing: readonly string[];
  readonly sharedMemoryAsComputed: boolean;
  /** What would be recommended to it once more. */
  readonly more: readonly string[];
}

/** A server that has all of the file, takes what was computed, and is recommended nothing more. */
export const AS_RECOMMENDED: Started = { errors: [], differing: [], sharedMemoryAsComputed: true, more: [] };

/** Starts a server with the whole file. */
export async function startTuned(server: ConfiguredServer, profile: HardwareProfile): Promise<Started> {
  const document = documentFor(profile);
  const { settings, memory } = document.recommendation;
  return server.startedWith([conf.write(document)], async (client, url) => {
    const errors = await client.query<{ error: string }>(
      'SELECT error FROM pg_file_settings WHERE error IS NOT NULL',
    );
    const { rows } = await client.query<{ name: string; setting: string; source: string }>(
      `SELECT name, setting, source FROM pg_settings WHERE name = ANY ($1)`,
      [[...settings.map(({ name }) => name), 'shared_memory_size']],
    );
    const real = new Map(rows.map((row) => [row.name, row]));
    const target = parseTarget(url, { PGSSLMODE: 'disable' });
    const live = await withSession(target, 'control', null, readTuningServer);
    return {
      errors: errors.rows.map(({ error }) => error),
      differing: settings
        .filter(({ name, value }) => !isInForce(name, value, real.get(name)))
        .map(({ name }) => name),
      sharedMemoryAsComputed: alike(
        memory.terms.sharedBytes,
        Number(real.get('shared_memory_size')?.setting) * MB,
      ),
      // Only the server itself says which libraries there are.
      more: recommend(profile, live)
        .settings.map(({ name }) => name)
        .filter((name) => name !== 'shared_preload_libraries'),
    };
  });
}

function isInForce(
  name: string,
  value: string,
  real: { readonly setting: string; readonly source: string } | undefined,
): boolean {
  const facts = POSTGRESQL_18.settings.get(name);
  if (facts === undefined || real?.source !== 'configuration file') return false;
  const read = parseSetting(value, facts);
  if (!read.ok) return false;
  return facts.type === 'real' ? Number(read.value) === Number(real.setting) : read.value === real.setting;
}

/** Within 3 % or 8 MB, whichever is more. */
export function alike(computedBytes: number, realBytes: number): boolean {
  return Math.abs(computedBytes - realBytes) < Math.max(0.03 * realBytes, 8 * MB);
}
