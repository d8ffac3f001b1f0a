import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currentOf } from '../../src/tuning/decide.ts';
import { memoryTotals } from '../../src/tuning/memory.ts';
import { parseSetting } from '../../src/tuning/parse-setting.ts';
import { POSTGRESQL_18 } from '../../src/tuning/postgresql-18.ts';
import type { HardwareProfile } from '../../src/tuning/profile.ts';
import { recommend } from '../../src/tuning/recommend.ts';
import type { Situation } from '../../src/tuning/rule.ts';
import { GB, toBase } from '../../src/tuning/units.ts';
import { pgtune } from '../support/pgtune.ts';
import { profiles, SERVER } from '../support/profiles.ts';

const MACHINES = fc.sample(profiles(1024 * GB), 200);

type Values = ReadonlyMap<string, number | string>;

const COMPARED = MACHINES.map((profile) => ({ profile, theirs: pgtune(profile), ours: ourValues(profile) }));

/** Rows of the table of differences: the settings that its first column names. */
const documented = await (async () => {
  const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## Where pitstop differs from pgtune');
  const rows =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| `')) ?? [];
  return rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );
})();

describe('on 200 machines', () => {
  test('what differs from pgtune is in the documentation, and what is there differs', () => {
    const differing = new Set(
      COMPARED.flatMap(({ theirs, ours }) =>
        [...theirs].filter(([name, value]) => differs(value, valueOr(ours, name))).map(([name]) => name),
      ),
    );
    expect([...differing].toSorted()).toEqual(documented.toSorted());
  });

  test('pgtune’s settings exceed memory under stress on most, ours on none', () => {
    const exceeds = (profile: HardwareProfile, values: Values) => {
      const situation = situationOf(profile, values);
      const sessions = situation.number('max_connections', 100);
      return (
        memoryTotals(situation, sessions, situation.number('work_mem', 0)).stressBytes > profile.memoryBytes
      );
    };
    const theirs = COMPARED.filter(({ profile, theirs: values }) => exceeds(profile, values));
    const ours = COMPARED.filter(({ profile, ours: values }) => exceeds(profile, values));
    expect(theirs.length).toBeGreaterThan(100);
    expect(ours.length).toBe(0);
  });

  test('with 1 GB and its own 200 sessions pgtune’s stress is three times the memory', () => {
    const small = { ...SERVER, memoryBytes: GB, cpus: 1 };
    const values = pgtune(small);
    const totals = memoryTotals(situationOf(small, values), 200, Number(values.get('work_mem')));
    expect(values.get('max_connections')).toBe(200);
    expect(totals.stressBytes / GB).toBeGreaterThan(3);
  });

  test('pgtune gives fewer processes and less prefetching than the defaults, ours never do', () => {
    const below = (values: Values, name: string) => Number(valueOr(values, name)) < Number(defaultOf(name));
    for (const name of ['max_worker_processes', 'effective_io_concurrency', 'shared_buffers']) {
      expect(
        COMPARED.some(({ theirs }) => below(theirs, name)),
        name,
      ).toBe(true);
      expect(
        COMPARED.some(({ ours }) => below(ours, name)),
        name,
      ).toBe(false);
    }
  });

  test('pgtune’s words are not all in every build, ours are', () => {
    const unknown = ([name, value]: readonly [string, number | string]) => {
      const allowed = POSTGRESQL_18.settings.get(name)?.allowed ?? null;
      return typeof value === 'string' && allowed !== null && !allowed.includes(value);
    };
    const names = (values: Values) => [...values].filter(unknown).map(([name]) => name);
    expect(new Set(COMPARED.flatMap(({ theirs }) => names(theirs)))).toEqual(
      new Set(['io_method', 'wal_compression']),
    );
    expect(COMPARED.flatMap(({ ours }) => names(ours))).toEqual([]);
  });

  test('the others are alike', () => {
    const alike = (name: string) =>
      COMPARED.filter(
        ({ theirs, ours }) => !differs(theirs.get(name) ?? defaultOf(name), valueOr(ours, name)),
      ).length;
    for (const name of ['checkpoint_completion_target', 'default_statistics_target'])
      expect(alike(name)).toBe(200);
    expect(alike('shared_buffers')).toBeGreaterThan(80);
    expect(alike('effective_cache_size')).toBeGreaterThan(100);
  });
});

/** In bytes, milliseconds and counts, or words. */
function ourValues(profile: HardwareProfile): Values {
  return new Map(
    recommend(profile, POSTGRESQL_18).settings.map(({ name, value }) => {
      const facts = POSTGRESQL_18.settings.get(name)!;
      const read = parseSetting(value, facts);
      return [name, currentOf({ ...facts, value: read.ok ? read.value : '' })];
    }),
  );
}

function defaultOf(name: string): number | string {
  return currentOf(POSTGRESQL_18.settings.get(name)!);
}

function valueOr(values: Values, name: string): number | string {
  return values.get(name) ?? defaultOf(name);
}

/** Ours are rounded down to what people can read, by less than a sixteenth. */
function differs(theirs: number | string, ours: number | string): boolean {
  if (typeof theirs !== 'number' || typeof ours !== 'number') return theirs !== ours;
  return theirs < ours || theirs > ours * (16 / 15);
}

function situationOf(profile: HardwareProfile, values: Values): Situation {
  const number = (name: string, absent: number) => {
    const facts = POSTGRESQL_18.settings.get(name);
    if (facts === undefined) return absent;
    const value = values.get(name) ?? toBase(Number(facts.boot), facts);
    return typeof value === 'number' ? value : absent;
  };
  const unused = () => {
    throw new Error('totals need numbers alone');
  };
  return {
    profile,
    server: POSTGRESQL_18,
    number,
    facts: unused,
    word: unused,
    mayChange: unused,
    fit: unused,
  };
}
