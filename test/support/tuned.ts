import { expect } from 'vitest';
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

/**
 * A server starts with the whole file, has every value of it, takes as much shared memory as was computed, and is
 * recommended nothing more.
 */
export async function expectToStart(server: ConfiguredServer, profile: HardwareProfile): Promise<void> {
  const document = documentFor(profile);
  const { settings, memory } = document.recommendation;
  await server.startedWith([conf.write(document)], async (client, url) => {
    const { rows: wrong } = await client.query('SELECT * FROM pg_file_settings WHERE error IS NOT NULL');
    expect(wrong).toEqual([]);
    const { rows } = await client.query<{ name: string; setting: string; source: string }>(
      `SELECT name, setting, source FROM pg_settings WHERE name = ANY ($1)`,
      [settings.map(({ name }) => name)],
    );
    const expected = settings.map(({ name, value }) => {
      const facts = POSTGRESQL_18.settings.get(name)!;
      const read = parseSetting(value, facts);
      const setting = read.ok ? read.value : read.problem;
      return {
        name,
        setting: facts.type === 'real' ? Number(setting) : setting,
        source: 'configuration file',
      };
    });
    const real = rows.map((row) => {
      const isReal = POSTGRESQL_18.settings.get(row.name)?.type === 'real';
      return { ...row, setting: isReal ? Number(row.setting) : row.setting };
    });
    const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
    expect(real.toSorted(byName)).toEqual(expected.toSorted(byName));
    const { rows: shared } = await client.query<{ size: string }>(
      `SELECT setting AS size FROM pg_settings WHERE name = 'shared_memory_size'`,
    );
    expectAlike(memory.terms.sharedBytes, Number(shared[0]?.size) * MB);

    const target = parseTarget(url, { PGSSLMODE: 'disable' });
    const live = await withSession(target, 'control', null, readTuningServer);
    const more = recommend(profile, live).settings.map(({ name }) => name);
    // Only the server itself says which libraries there are.
    expect(more.filter((name) => name !== 'shared_preload_libraries')).toEqual([]);
  });
}

/** Within 3 % or 8 MB, whichever is more. */
export function expectAlike(computedBytes: number, realBytes: number): void {
  expect(
    Math.abs(computedBytes - realBytes),
    `${computedBytes / MB} MB for ${realBytes / MB} MB`,
  ).toBeLessThan(Math.max(0.03 * realBytes, 8 * MB));
}
