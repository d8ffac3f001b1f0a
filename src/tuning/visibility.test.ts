import { describe, expect, test } from 'vitest';
import { POSTGRESQL_18 } from './postgresql-18.ts';
import type { TuningServer } from './server.ts';
import { missingFor, visibilityFragment } from './visibility.ts';

const SWITCHES = ['track_io_timing', 'log_lock_waits', 'log_min_duration_statement', 'log_temp_files'];
const NOBODY: ReadonlySet<string> = new Set();

/** A server with contrib, on which somebody has set these in a file. */
function serverWith(values: Readonly<Record<string, string>>, source = 'configuration file'): TuningServer {
  const set = Object.entries(values).map(([name, value]) => {
    const facts = POSTGRESQL_18.settings.get(name);
    if (facts === undefined) throw new Error(`there is no ${name}`);
    return [name, { ...facts, value, source }] as const;
  });
  return {
    ...POSTGRESQL_18,
    offline: false,
    libraries: ['pg_stat_statements'],
    settings: new Map([...POSTGRESQL_18.settings, ...set]),
  };
}

const namesOf = (server: TuningServer, installed = NOBODY) =>
  missingFor(server, installed).map(({ name }) => name);

describe('a switch', () => {
  test('that nobody has touched is missing', () => {
    expect(namesOf(serverWith({}))).toEqual(['pg_stat_statements', 'auto_explain', ...SWITCHES]);
  });

  test.each([
    ['track_io_timing', 'off'],
    ['log_lock_waits', 'off'],
    ['log_min_duration_statement', '-1'],
    ['log_temp_files', '-1'],
  ])('that somebody has switched off stays off: %s', (name, off) => {
    for (const source of ['configuration file', 'command line', 'database', 'user']) {
      const server = serverWith({ [name]: off }, source);
      expect(namesOf(server), source).not.toContain(name);
      const fragment = visibilityFragment(missingFor(server, NOBODY), server);
      expect(fragment?.settings, source).not.toHaveProperty(name);
      for (const { text } of fragment?.files ?? []) expect(text, source).not.toContain(name);
    }
  });

  test.each([
    ['track_io_timing', 'on'],
    ['log_min_duration_statement', '100'],
    ['log_temp_files', '0'],
  ])('that is on is not missing: %s = %s', (name, value) => {
    expect(namesOf(serverWith({ [name]: value }))).not.toContain(name);
  });
});

describe('a library', () => {
  test('that the server does not have cannot be loaded', () => {
    const bare = { ...serverWith({}), libraries: [] };
    expect(namesOf(bare)).toEqual(SWITCHES);
    expect(visibilityFragment(missingFor(bare, NOBODY), bare)?.settings).not.toHaveProperty(
      'shared_preload_libraries',
    );
  });

  test('comes beside what is loaded, and the way back has the list as it was', () => {
    const server = serverWith({ shared_preload_libraries: 'pg_cron' });
    const fragment = visibilityFragment(missingFor(server, NOBODY), server);
    expect(fragment?.settings['shared_preload_libraries']).toBe('pg_cron, pg_stat_statements, auto_explain');
    expect(fragment?.remains).toMatch(/restart/);
    const back = fragment?.files.find(({ role }) => role === 'reverse');
    expect(back?.text).toMatch(/^shared_preload_libraries = '?pg_cron'?$/m);
    expect(back?.name).not.toMatch(/\.conf$/);
  });

  test('that each session loads is not missing', () => {
    const server = serverWith({
      session_preload_libraries: 'auto_explain',
      shared_preload_libraries: 'pg_stat_statements',
    });
    expect(namesOf(server, new Set(['pg_stat_statements']))).toEqual(SWITCHES);
  });

  test('that is loaded and not created needs the extension alone', () => {
    const server = serverWith({ shared_preload_libraries: 'pg_stat_statements, auto_explain' });
    const [first] = missingFor(server, NOBODY);
    expect(first).toMatchObject({ name: 'pg_stat_statements', extension: true });
    const switched = visibilityFragment(missingFor(server, NOBODY), server);
    expect(switched?.settings).not.toHaveProperty('shared_preload_libraries');
    expect(switched?.remains).toBe('the server is to be given it, with a reload');
  });
});
