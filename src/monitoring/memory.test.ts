import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineCheck } from './check.ts';
import { sampleOf, type Moment, type RememberedRound } from './memory.ts';
import type { MonitoredServer } from './server.ts';
import { momentAt } from '../../test/support/moment.ts';

const CHECK = {
  name: 'some-check',
  area: 'locks',
  summary: 'a number',
  advice: 'do something',
  scope: 'cluster',
  unit: 'count',
  threshold: null,
  sql: [{ from: 14, sql: 'SELECT 1 AS n' }],
  row: z.object({ n: z.number() }),
  metrics: [],
  observe: () => [],
} as const;
const series = defineCheck({ ...CHECK, remembers: 'series' });
const last = defineCheck({ ...CHECK, remembers: 'last' });
const inDatabase = defineCheck({ ...CHECK, remembers: 'series', scope: 'database' });

const SERVER = { database: 'shop' } as MonitoredServer;
const roundAt = (at: number, n: number, more: Partial<Moment> = {}): RememberedRound => ({
  moment: momentAt(at, more),
  rows: { 'some-check': [{ n }] },
  alerts: {},
});
const sample = (memory: readonly RememberedRound[], now: Moment, check = series) =>
  sampleOf(check, [{ n: 100 }], { server: SERVER, moment: now }, memory);

describe('the earlier sample', () => {
  test('is the newest that is a minute old, so that a rate is over some time', () => {
    const memory = [10, 20, 30, 40, 50, 60, 70, 80, 90].map((at) => roundAt(at, at));
    expect(sample(memory, momentAt(100)).earlier).toEqual({ rows: [{ n: 40 }], seconds: 60 });
  });

  test('is the oldest where none is that old', () => {
    expect(sample([roundAt(60, 1), roundAt(80, 2)], momentAt(100)).earlier).toEqual({
      rows: [{ n: 1 }],
      seconds: 40,
    });
  });

  test('is told by the steady clock within one process, whatever the server’s clock does', () => {
    const memory = [roundAt(5_000, 1, { steady: 10 })];
    expect(sample(memory, momentAt(100, { steady: 75 })).earlier).toEqual({ rows: [{ n: 1 }], seconds: 65 });
  });

  test('is told by the server’s clock between processes', () => {
    const memory = [roundAt(1_000, 1, { process: 'another', steady: 99_999 })];
    expect(sample(memory, momentAt(1_300)).earlier).toEqual({ rows: [{ n: 1 }], seconds: 300 });
  });

  const another = { process: 'another' };
  test.each<[string, RememberedRound | null, Moment, RegExp]>([
    ['there is none', null, momentAt(100), /first look/],
    ['it was a moment ago', roundAt(99.5, 1), momentAt(100), /a moment ago/],
    ['it is too old', roundAt(0, 1, another), momentAt(3 * 86_400), /3 days ago/],
    [
      'the server’s clock went back',
      roundAt(200, 1, another),
      momentAt(100, { localAt: 300 }),
      /clock went back/,
    ],
    [
      'the server’s clock went ahead',
      roundAt(100, 1, another),
      momentAt(3_700, { localAt: 160 }),
      /a clock was set in between: 1 hour passed for the server, 1 minute here/,
    ],
    ['our clock went back', roundAt(100, 1, another), momentAt(400, { localAt: 50 }), /a clock was set/],
    ['it is another server', roundAt(10, 1, { systemIdentifier: '8' }), momentAt(100), /another server than/],
    ['it is another database', roundAt(10, 1, { databaseOid: 6 }), momentAt(100), /another database/],
    ['a standby has taken over', roundAt(10, 1, { timeline: 0 }), momentAt(100), /taken over/],
    ['it was a standby itself', roundAt(10, 1, { inRecovery: true }), momentAt(100), /taken over/],
  ])('is none where %s, which is said', (_, before, now, why) => {
    expect(sample(before === null ? [] : [before], now).earlier).toEqual({
      missing: expect.stringMatching(why) as string,
    });
  });

  test('is not one from before a failover although there are later ones', () => {
    const memory = [roundAt(10, 1, { timeline: 0 }), roundAt(80, 2)];
    expect(sample(memory, momentAt(100)).earlier).toEqual({ rows: [{ n: 2 }], seconds: 20 });
  });

  test('is none for a check that keeps nothing, and is not what another version of a check has kept', () => {
    const kept = { ...roundAt(10, 1), rows: { 'some-check': [{ other: 1 }] } };
    expect(sample([kept], momentAt(100)).earlier).toEqual({ missing: 'another version has kept it' });
    expect(sample([kept], momentAt(100)).history).toEqual([{ at: 100, rows: [{ n: 100 }] }]);
    const nothing = defineCheck({ ...CHECK, remembers: 'nothing' });
    expect(sample([roundAt(10, 1)], momentAt(100), nothing).earlier).toHaveProperty('missing');
  });
});

describe('the history', () => {
  const times = (memory: readonly RememberedRound[], now: Moment, check = series) =>
    sample(memory, now, check).history.map(({ at }) => at);

  test('is everything that is remembered, and this round', () => {
    const memory = [roundAt(10, 1), roundAt(20, 2)];
    expect(sample(memory, momentAt(30)).history).toEqual([
      { at: 10, rows: [{ n: 1 }] },
      { at: 20, rows: [{ n: 2 }] },
      { at: 30, rows: [{ n: 100 }] },
    ]);
  });

  test('begins after the last time that the server’s clock went back', () => {
    expect(times([roundAt(50, 1), roundAt(10, 2), roundAt(20, 3)], momentAt(30))).toEqual([10, 20, 30]);
    expect(times([roundAt(10, 1), roundAt(50, 2)], momentAt(30))).toEqual([30]);
  });

  test('goes on over a failover, not over another server', () => {
    expect(times([roundAt(10, 1, { timeline: 0 })], momentAt(30))).toEqual([10, 30]);
    expect(times([roundAt(10, 1, { systemIdentifier: '8' })], momentAt(30))).toEqual([30]);
  });

  test('is of this database alone where the check is', () => {
    const memory = [roundAt(10, 1, { databaseOid: 6 }), roundAt(20, 1)];
    expect(times(memory, momentAt(30), inDatabase)).toEqual([20, 30]);
    expect(times(memory, momentAt(30))).toEqual([10, 20, 30]);
  });

  test('is nothing but this round for a check that only wants rates', () => {
    expect(times([roundAt(10, 1)], momentAt(30), last)).toEqual([30]);
  });
});
