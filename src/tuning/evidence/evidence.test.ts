import { describe, expect, test } from 'vitest';
import type { CounterChange } from '../../measure/servers/changes.ts';
import type { CounterName } from '../../measure/servers/counters.ts';
import { isOnlySuspect, shownBy, shownByPlans, shownTogether, suspicions } from './evidence.ts';

function change(counter: CounterName, before: number, after: number): CounterChange {
  const verdict = after < before ? 'fell' : after > before ? 'rose' : 'same';
  const better = verdict === 'same' ? null : verdict === 'fell';
  return { counter, label: counter, unit: 'count', before, after, ratio: after / before, verdict, better };
}

const NO_PLANS: ReadonlyMap<string, number> = new Map();
const SPILL = [change('tempBytes', 9_000, 0), change('tempFiles', 2, 0), change('walBytes', 100, 100)];
const WRITES = [change('walBytes', 900, 200), change('walImages', 4, 1)];

describe('what may be behind it', () => {
  test('is what can move a counter that moved', () => {
    expect(suspicions(['work_mem', 'shared_buffers', 'jit', 'wal_compression'], SPILL, NO_PLANS)).toEqual([
      { name: 'work_mem', counters: ['tempBytes', 'tempFiles'] },
    ]);
  });

  test('is no checkpoint where as many whole pages were written', () => {
    const [bytes] = WRITES;
    expect(
      suspicions(['max_wal_size', 'wal_compression'], [bytes!], NO_PLANS).map(({ name }) => name),
    ).toEqual(['wal_compression']);
    expect(suspicions(['max_wal_size', 'wal_compression'], WRITES, NO_PLANS).map(({ name }) => name)).toEqual(
      ['max_wal_size', 'wal_compression'],
    );
  });

  test('is what changes plans, whatever it is for', () => {
    const touched = [change('blocksTouched', 50, 500), change('tempBytes', 9_000, 0)];
    const plans = new Map([
      ['random_page_cost', 2],
      ['jit', 0],
    ]);
    expect(suspicions(['random_page_cost', 'jit', 'work_mem'], touched, plans)).toEqual([
      { name: 'random_page_cost', counters: ['blocksTouched', 'tempBytes'] },
      { name: 'work_mem', counters: ['tempBytes'] },
    ]);
  });

  test('is nobody where nothing moved', () => {
    expect(suspicions(['work_mem'], [change('tempBytes', 5, 5)], NO_PLANS)).toEqual([]);
  });

  test('is told apart without a trial where nobody else could have done it', () => {
    const [alone] = suspicions(['work_mem'], SPILL, NO_PLANS);
    expect(isOnlySuspect(alone!, [alone!])).toBe(true);
    const both = suspicions(['work_mem', 'hash_mem_multiplier'], SPILL, NO_PLANS);
    expect(both.map((one) => isOnlySuspect(one, both))).toEqual([false, false]);
  });
});

describe('a setting', () => {
  const [suspicion] = suspicions(['work_mem'], SPILL, NO_PLANS);

  test('shows what it does alone', () => {
    expect(shownBy(suspicion!, [change('tempBytes', 9_000, 10)], SPILL)).toMatchObject({
      name: 'work_mem',
      evidence: 'measured',
      counter: 'tempBytes',
      before: 9_000,
      after: 10,
      better: true,
      together: [],
    });
  });

  test('shows nothing where its counters stay, or go the other way', () => {
    expect(shownBy(suspicion!, [change('tempBytes', 9_000, 9_000)], SPILL)).toBeNull();
    expect(shownBy(suspicion!, [change('tempBytes', 9_000, 12_000)], SPILL)).toBeNull();
    expect(shownBy(suspicion!, [change('walBytes', 900, 1)], SPILL)).toBeNull();
  });

  test('shows the plans that it changes', () => {
    expect(shownByPlans('random_page_cost', 2)).toMatchObject({
      counter: 'plans',
      before: 0,
      after: 2,
      ratio: null,
    });
    expect(shownByPlans('jit', 0)).toBeNull();
  });
});

describe('several settings', () => {
  const suspected = suspicions(
    ['work_mem', 'hash_mem_multiplier', 'wal_compression'],
    [...SPILL, ...WRITES],
    NO_PLANS,
  );

  test('show together what none of them shows alone', () => {
    const together = shownTogether(suspected.slice(0, 2), SPILL, []);
    expect(together.map(({ name, together: others }) => [name, others])).toEqual([
      ['work_mem', ['hash_mem_multiplier']],
      ['hash_mem_multiplier', ['work_mem']],
    ]);
  });

  test('show nothing of what one of them has shown', () => {
    const shown = shownBy(suspected[0]!, SPILL, SPILL);
    expect(shownTogether(suspected.slice(0, 2), SPILL, [shown!])).toEqual([]);
  });
});
