import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { profiles, SERVER } from '../../test/support/profiles.ts';
import {
  isInForce,
  joinConfigured,
  withConfigured,
  withoutConfigured,
  type ConfiguredSetting,
} from './configured.ts';
import { POSTGRESQL_18 } from './postgresql-18.ts';
import type { HardwareProfile } from './profile.ts';
import { recommend } from './recommend.ts';
import type { SettingAdvice } from './setting.ts';
import { GB } from './units.ts';

/** A server that was asked, as initdb leaves it. */
const FRESH = { ...POSTGRESQL_18, offline: false };

const record = (settings: readonly SettingAdvice[], measured: string | null = null): ConfiguredSetting[] =>
  settings.map((setting) => ({ ...setting, measured }));

/** What the files say after an item, with what they said before it. */
function filesAfter(
  before: readonly ConfiguredSetting[],
  profile: HardwareProfile,
  asked: readonly string[] | null = null,
) {
  const isWhole = asked === null;
  const { server, configured } = (isWhole ? withoutConfigured : withConfigured)(FRESH, before);
  return joinConfigured(recommend(profile, server, asked).settings, configured, isWhole);
}

const valuesOf = (settings: readonly SettingAdvice[]) =>
  Object.fromEntries(settings.map(({ name, value }) => [name, value]));

describe('T67: files of an earlier item', () => {
  test('are not proposed again to the same machine', () => {
    fc.assert(
      fc.property(profiles(1024 * GB), (profile) => {
        const first = filesAfter([], profile);
        const second = filesAfter(record(first.settings), profile);
        expect(second).toEqual({ settings: first.settings, changed: [], kept: [], dropped: [] });
        const names = first.settings.map(({ name }) => name);
        const named = filesAfter(record(first.settings), profile, names);
        expect(named).toMatchObject({ settings: record(first.settings), changed: [], dropped: [] });
      }),
      { numRuns: 100 },
    );
  });

  test('lose nothing to an item about a few settings, whose memory goes by theirs', () => {
    const first = filesAfter([], SERVER, ['shared_buffers', 'checkpoint_timeout']);
    expect(Object.keys(valuesOf(first.settings))).toEqual(['shared_buffers', 'checkpoint_timeout']);
    const second = filesAfter(record(first.settings), SERVER, ['wal_buffers', 'jit', 'random_page_cost']);
    expect(valuesOf(second.settings)).toMatchObject(valuesOf(first.settings));
    expect(second.settings.map(({ name }) => name)).toEqual([
      'shared_buffers',
      ...second.settings.slice(1).map(({ name }) => name),
    ]);
    expect(second.kept.map(({ name }) => name)).toEqual(['shared_buffers', 'checkpoint_timeout']);
    const whole = filesAfter(record(second.settings), SERVER);
    expect(valuesOf(whole.settings)).toEqual(valuesOf(filesAfter([], SERVER).settings));
  });

  test('follow the machine: nobody has set them by hand', () => {
    fc.assert(
      fc.property(profiles(256 * GB), profiles(256 * GB), (one, other) => {
        const first = filesAfter([], one);
        const moved = filesAfter(record(first.settings), other);
        expect(moved.settings).toEqual(filesAfter([], other).settings);
      }),
      { numRuns: 100 },
    );
  });

  test('are taken back to what was there before all of them', () => {
    const first = filesAfter([], SERVER);
    const moved = filesAfter(record(first.settings), { ...SERVER, memoryBytes: 64 * GB });
    expect(moved.settings.find(({ name }) => name === 'shared_buffers')).toMatchObject({
      value: '16GB',
      old: '128MB',
    });
    const named = filesAfter(record(first.settings), { ...SERVER, memoryBytes: 64 * GB }, ['shared_buffers']);
    expect(named.changed).toMatchObject([{ name: 'shared_buffers', value: '16GB', old: '128MB' }]);
  });

  test('bring nothing in that no rule may set, and no value that the server does not take', () => {
    const [some] = record(recommend(SERVER, FRESH).settings);
    const forged: ConfiguredSetting[] = [
      { ...some!, name: 'archive_command', value: 'rm -rf /' },
      { ...some!, name: 'fsync', value: 'off' },
      { ...some!, name: 'shared_buffers', value: 'much' },
      { ...some!, name: 'no_such_setting', value: '1' },
    ];
    expect(withConfigured(FRESH, forged).configured).toEqual([]);
    expect(withoutConfigured(FRESH, forged)).toEqual({ server: FRESH, configured: [] });
  });
});

test('a value is in force whatever its unit', () => {
  const [setting] = record(recommend(SERVER, FRESH, ['shared_buffers']).settings);
  const facts = POSTGRESQL_18.settings.get('shared_buffers')!;
  expect(isInForce(setting!, facts)).toBe(false);
  expect(isInForce(setting!, { ...facts, value: String(4 * 131_072) })).toBe(true);
  expect(isInForce(setting!, undefined)).toBe(false);
});
