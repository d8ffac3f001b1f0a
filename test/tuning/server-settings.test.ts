import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { Client } from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { freshSettings } from '../../scripts/fresh-settings.ts';
import { readTuningServer } from '../../src/pg/catalog/tuning-server.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { parseSetting } from '../../src/tuning/parse-setting.ts';
import type { TuningServer } from '../../src/tuning/server.ts';
import { scaleOf } from '../../src/tuning/units.ts';
import { resolveSettingName } from '../../src/tuning/resolve-name.ts';
import { createTestDatabase, lend, serverUrl } from '../support/database.ts';
import { createRole } from '../support/roles.ts';

const server = await readServer(serverUrl());

function readServer(url: string): Promise<TuningServer> {
  return withSession(parseTarget(url, { PGSSLMODE: 'disable' }), 'control', null, readTuningServer);
}

describe('what a server says of its settings', () => {
  test('is that of a fresh one, as the file has it', async (context) => {
    context.skip(inject('serverKind') === 'container', 'the file goes by the embedded build');
    const file = new URL('../../src/tuning/postgresql-18.json', import.meta.url);
    expect(await readFile(file, 'utf8'), 'npm run settings writes it').toBe(freshSettings(server));
  });

  test('goes by what the server has, not by what the session has set', async () => {
    await lend(await createTestDatabase(), async (database) => {
      await database.query(`ALTER DATABASE ${database.name} SET work_mem = '7MB'`);
      const { settings } = await readServer(database.url);
      expect(settings.get('work_mem')).toMatchObject({
        value: '7168',
        boot: '4096',
        unit: 'kB',
        source: 'database',
      });
      // The session sets these at its start.
      expect(settings.get('idle_in_transaction_session_timeout')?.value).toBe('0');
      expect(settings.get('DateStyle')?.value).toBe('ISO, MDY');
    });
  });

  test('says what was built in', () => {
    expect(server.versionNumber).toBeGreaterThanOrEqual(180_000);
    expect(server.libraries).toContain('pg_stat_statements');
    expect(typeof server.jitAvailable).toBe('boolean');
    expect(server.settings.get('io_method')?.allowed).toContain('worker');
    expect(server).toMatchObject({ standbys: 0, hidesSettings: false, offline: false });
  });

  test('counts the clients of all databases without our own, also for a role that may not see what they do', async () => {
    await lend(await createTestDatabase(), async (database) => {
      const [{ url }, before] = [await createRole(database), server.connected ?? 0];
      const clients = Array.from({ length: 5 }, () => new Client({ connectionString: database.url }));
      await Promise.all(clients.map((client) => client.connect()));
      try {
        for (const asked of [url, serverUrl()])
          expect((await readServer(asked)).connected).toBeGreaterThanOrEqual(before + 5);
      } finally {
        await Promise.all(clients.map((client) => client.end()));
      }
    });
  });

  test('is less for a role that may not see everything', async () => {
    await lend(await createTestDatabase(), async (database) => {
      const { url } = await createRole(database);
      const seen = await readServer(url);
      expect(seen.hidesSettings).toBe(true);
      expect(seen.settings.has('shared_preload_libraries')).toBe(false);
      expect(seen.settings.has('work_mem')).toBe(true);
      const names = ['shared_preload_libraries'].map((name) => resolveSettingName(name, seen));
      expect(names).toEqual([
        { kind: 'refused', why: expect.stringContaining('pg_read_all_settings'), instead: [] },
      ]);
    });
  });
});

describe('a value is read as the server reads it', () => {
  const NUMBERS = [
    'work_mem',
    'effective_cache_size',
    'maintenance_work_mem',
    'logical_decoding_work_mem',
    'log_parameter_max_length',
    'gin_pending_list_limit',
    'lock_timeout',
    'wal_sender_timeout',
    'vacuum_cost_delay',
    'random_page_cost',
    'hash_mem_multiplier',
    'jit_above_cost',
    'default_statistics_target',
    'max_parallel_workers',
  ];
  const WORDS = ['bytea_output', 'enable_seqscan', 'constraint_exclusion', 'jit', 'plan_cache_mode'];

  const integers = fc.oneof(
    fc.nat({ max: 100_000 }),
    fc.constantFrom(0, 1, 64, 1024, 2_147_483_647, 2_147_483_648),
  );
  const digits = fc.oneof(
    integers.map(String),
    integers.map((value) => `0x${value.toString(16)}`),
    integers.map((value) => `0${value.toString(8)}`),
    fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 999 })).map(([whole, part]) => `${whole}.${part}`),
    fc
      .tuple(fc.nat({ max: 99 }), fc.integer({ min: -3, max: 12 }))
      .map(([value, power]) => `${value}e${power}`),
    fc.constantFrom('', '.', '1.', '.5', '1e', '0x', '09', 'e5', '1.5.2', '10e', '1_000', '--1', '1 2'),
  );
  const anyUnit = fc.constantFrom('', 'B', 'kB', 'TB', 'us', 's', 'min', 'd', 'mb', 'KB', 'x', '8kB');
  const spaces = fc.constantFrom('', '', ' ', '\t');
  /** Mostly in units that the setting has. */
  const samplesOf = (name: string) => {
    const own = fc.constantFrom('', ...Object.keys(scaleOf(server.settings.get(name)!).units));
    const signs = fc.constantFrom('', '', '', '-', '+');
    return fc
      .tuple(spaces, signs, digits, spaces, fc.oneof(own, own, anyUnit), spaces)
      .map((parts) => [name, parts.join('')] as const);
  };
  const numbers = fc.constantFrom(...NUMBERS).chain(samplesOf);
  const words = fc.constantFrom(
    '',
    ...'on ON o of off t tr true tRUE truex f y yes n no 1 0 2'.split(' '),
    ...'hex HEX escape he partition auto force_generic_plan Force_Custom_Plan'.split(' '),
    ' on',
  );

  test('for thousands of values', async () => {
    const samples = [
      ...fc.sample(numbers, 3_000),
      ...fc.sample(fc.tuple(fc.constantFrom(...WORDS), words), 400),
    ];
    await lend(await createTestDatabase(), async (database) => {
      await database.query(`
        CREATE FUNCTION pg_temp.taken(setting text, value text) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM set_config(setting, value, true);
          RETURN (SELECT s.setting FROM pg_show_all_settings() s WHERE s.name = taken.setting);
        EXCEPTION WHEN invalid_parameter_value THEN RETURN NULL;
        END $$`);
      const taken = await database.query<{ taken: string | null }>(
        `SELECT pg_temp.taken(name, value) AS taken
           FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS sample(name, value, at) ORDER BY at`,
        [samples.map(([name]) => name), samples.map(([, value]) => value)],
      );
      const wrong = samples
        .map(([name, value], at) => ({ name, value, taken: taken[at]!.taken }))
        .filter((sample) => !agrees(sample.name, sample.value, sample.taken));
      expect(wrong).toEqual([]);
      expect(taken.filter((row) => row.taken !== null).length).toBeGreaterThan(800);
    });
  });

  function agrees(name: string, value: string, taken: string | null): boolean {
    const facts = server.settings.get(name)!;
    const read = parseSetting(value, facts);
    if (!read.ok || taken === null) return !read.ok && taken === null;
    if (facts.type !== 'real') return read.value === taken;
    // The server prints six digits.
    const [here, there] = [Number(read.value), Number(taken)];
    return Math.abs(here - there) <= 1e-5 * Math.abs(there);
  }
});
