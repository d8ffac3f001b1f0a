import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineCheck } from './check.ts';
import { BY_HOURS, forecast } from './forecast.ts';
import { historyLine, readHistoryText } from './history-line.ts';
import type { RememberedRound } from './memory.ts';
import { thinnedRounds } from './thin.ts';
import { momentAt } from '../../test/support/moment.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

const check = (name: string, remembers: 'last' | 'series') =>
  defineCheck({
    name,
    area: 'io',
    summary: '',
    advice: '',
    scope: 'cluster',
    unit: 'count',
    threshold: null,
    sql: [{ from: 14, sql: 'SELECT 1' }],
    row: z.object({}),
    remembers,
    metrics: [],
    observe: () => [],
  });
const CHECKS = [check('sizes', 'series'), check('counters', 'last')];

const roundAt = (at: number, names: readonly string[] = ['sizes', 'counters']): RememberedRound => ({
  moment: momentAt(at),
  rows: Object.fromEntries(names.map((name) => [name, [{ at }]])),
  alerts: {
    counters: {
      a: { level: 'critical', since: at, breaches: { warning: 1, critical: 1 }, good: 0, message: '' },
    },
  },
});
const every = (seconds: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / seconds) + 1 }, (_, index) =>
    roundAt(from + index * seconds),
  );

const withRows = (rounds: readonly RememberedRound[], name: string) =>
  rounds.filter(({ rows }) => rows[name] !== undefined).map(({ moment }) => moment.at);

describe('thinnedRounds', () => {
  test('keeps the newest round whole, and the alerts of no other', () => {
    const rounds = every(10, 0, 2 * HOUR);
    const kept = thinnedRounds(rounds, CHECKS);
    expect(kept.at(-1)).toEqual(rounds.at(-1));
    expect(kept.slice(0, -1).every(({ alerts }) => Object.keys(alerts).length === 0)).toBe(true);
  });

  test('keeps what a rate needs: everything of the last minute, and the newest that is a minute old', () => {
    const kept = withRows(thinnedRounds(every(10, 0, DAY), CHECKS), 'counters');
    expect(kept).toEqual([DAY - 60, DAY - 50, DAY - 40, DAY - 30, DAY - 20, DAY - 10, DAY]);
    expect(withRows(thinnedRounds(every(300, 0, DAY), CHECKS), 'counters')).toEqual([DAY - 300, DAY]);
  });

  test('keeps about 500 rounds of a year of half hours, and each stretch of it', () => {
    const kept = withRows(thinnedRounds(every(HOUR / 2, 0, 365 * DAY), CHECKS), 'sizes');
    expect(kept.length).toBeGreaterThan(400);
    expect(kept.length).toBeLessThan(500);
    const gaps = kept.slice(1).map((at, index) => at - kept[index]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * DAY);
    expect(kept[0]).toBeLessThan(2 * DAY);
  });

  test('keeps enough of the last hours to forecast the next, however often it looks', () => {
    for (const seconds of [1, 10, 60, 300]) {
      const from = Math.max(0, 6 * HOUR - 1_000 * seconds);
      const kept = withRows(thinnedRounds(every(seconds, from, 6 * HOUR), CHECKS), 'sizes');
      const points = kept.map((at) => ({ at, value: at }));
      expect(forecast(points, DAY, BY_HOURS).state, `every ${seconds} s`).toBe('reaches');
    }
    // Not of the last hour alone: an hour that is unlike the others is not the pace.
    const kept = withRows(thinnedRounds(every(60, 0, 6 * HOUR), CHECKS), 'sizes');
    expect(kept.filter((at) => at < 5 * HOUR).length).toBeGreaterThan(50);
  });

  test('keeps the rows of a check that is rarely asked beside one that is asked often', () => {
    const rounds = [
      roundAt(0, ['counters']),
      ...every(10, HOUR, 2 * HOUR).map(({ moment }) => roundAt(moment.at, ['sizes'])),
    ];
    expect(withRows(thinnedRounds(rounds, CHECKS), 'counters')).toEqual([0]);
  });

  test('keeps nothing of a check that is no longer there, nor what is older than a year', () => {
    const kept = thinnedRounds([roundAt(0), roundAt(10, ['gone']), roundAt(500 * DAY)], CHECKS);
    expect(kept.map(({ moment }) => moment.at)).toEqual([0, 500 * DAY]);
    // It is the newest that is old enough for a rate, and says itself that it is too old for one.
    expect(withRows(kept, 'counters')).toEqual([0, 500 * DAY]);
  });

  test('changes nothing the second time, and keeps what it is given in its order', () => {
    const times = fc.uniqueArray(fc.nat(30 * DAY), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(times, (some) => {
        const rounds = some.toSorted((a, b) => a - b).map((at) => roundAt(at));
        const kept = thinnedRounds(rounds, CHECKS);
        expect(thinnedRounds(kept, CHECKS)).toEqual(kept);
        const at = kept.map(({ moment }) => moment.at);
        expect(at).toEqual(at.toSorted((a, b) => a - b));
        expect(at.at(-1)).toBe(Math.max(...some));
      }),
    );
  });

  test('keeps less when told to', () => {
    const rounds = every(HOUR, 0, 60 * DAY);
    const [all, half] = [thinnedRounds(rounds, CHECKS), thinnedRounds(rounds, CHECKS, 2)];
    expect(half.length).toBeLessThan(all.length * 0.75);
    expect(half.at(-1)).toEqual(all.at(-1));
  });
});

describe('a line of history', () => {
  const line = (at: number) => historyLine(roundAt(at));

  test('reads back as it was', () => {
    const rounds = [roundAt(1), roundAt(2)];
    const text = rounds.map((round) => `${historyLine(round)}\n`).join('');
    expect(readHistoryText(text)).toEqual({ rounds, unreadable: 0, newerVersion: null });
    expect(readHistoryText('')).toEqual({ rounds: [], unreadable: 0, newerVersion: null });
  });

  test('that a crash tore is left out, wherever it was torn', () => {
    const text = `${line(1)}\n${line(2)}`;
    for (let cut = line(1).length + 1; cut < text.length; cut += 7) {
      expect(readHistoryText(text.slice(0, cut))).toMatchObject({ rounds: [roundAt(1)], unreadable: 0 });
    }
  });

  test.each([
    'not json',
    '{"schemaVersion":1}',
    '[]',
    'null',
    '{"schemaVersion":1,"moment":{},"rows":{},"alerts":{}}',
  ])('that says nothing is left out and counted: %s', (wrong) => {
    const read = readHistoryText(`${line(1)}\n${wrong}\n${line(2)}\n`);
    expect(read).toEqual({ rounds: [roundAt(1), roundAt(2)], unreadable: 1, newerVersion: null });
  });

  test('of a newer version is told', () => {
    expect(readHistoryText(`${line(1)}\n{"schemaVersion":2,"what":"ever"}\n`)).toMatchObject({
      newerVersion: 2,
    });
  });
});
