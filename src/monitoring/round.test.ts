import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineCheck, type Check, type Draft } from './check.ts';
import type { RememberedRound } from './memory.ts';
import type { Reading, Unread } from './reading.ts';
import { judgeRound, type Round } from './round.ts';
import type { MonitoredServer } from './server.ts';
import { monitorSettings, type MonitorConfig } from './settings.ts';
import { momentAt } from '../../test/support/moment.ts';

const row = z.object({ subject: z.string(), value: z.number().nullable() });

function checkNamed(
  name: string,
  more: Partial<{ raiseAfter: number; observe: () => readonly Draft[] }> = {},
): Check {
  return defineCheck({
    name,
    area: 'locks',
    summary: 'a number',
    advice: 'do something',
    scope: 'cluster',
    unit: 'count',
    threshold: {
      warning: 10,
      critical: 20,
      direction: 'above',
      source: 'a test',
      ...(more.raiseAfter === undefined ? {} : { raiseAfter: more.raiseAfter }),
    },
    sql: [{ from: 14, sql: 'SELECT 1' }],
    row,
    remembers: 'last',
    metrics: [],
    observe: ({ rows }) =>
      more.observe?.() ??
      rows.map(({ subject, value }) => ({ subject, value, message: `${subject} has ${value}` })),
  });
}

const SERVER = { database: 'shop', at: 0 } as MonitoredServer;
const NOT_VISIBLE: Unread = { state: 'not-visible', message: 'no right', advice: 'GRANT' };

/** Rounds one after the other, each with the values of subjects; null is a round that could not see. */
function follow(
  check: Check,
  rounds: readonly (Readonly<Record<string, number | null>> | null)[],
  config: Partial<MonitorConfig> = {},
): readonly Round[] {
  const read = monitorSettings([check], { thresholds: {}, disable: [], ...config });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join());
  const memory: RememberedRound[] = [];
  return rounds.map((values, index) => {
    const reading: Reading =
      values === null
        ? { check, tookMs: 1, ...NOT_VISIBLE }
        : {
            check,
            tookMs: 1,
            state: 'read',
            rows: Object.entries(values).map(([subject, value]) => ({ subject, value })),
          };
    const at = 60 * index;
    const { round, remembered } = judgeRound({
      server: { ...SERVER, at },
      moment: momentAt(at),
      readings: [reading],
      memory,
      settings: read.settings,
      tookMs: 1,
    });
    memory.push(remembered);
    return round;
  });
}

const up = (rounds: readonly Round[]) =>
  rounds.map(({ alerts }) =>
    alerts.map(({ subject, level, state }) => `${subject} ${level} ${state}`).join(', '),
  );

describe('judgeRound', () => {
  test('O5: believes the first look, and holds back what comes later', () => {
    const rounds = follow(checkNamed('some'), [
      { a: 15 },
      { a: 15, b: 25 },
      { a: 15, b: 25 },
      { a: 15, b: 25 },
    ]);
    expect(up(rounds)).toEqual([
      'a warning raised',
      'a warning raised, b critical pending',
      'a warning raised, b critical pending',
      'b critical raised, a warning raised',
    ]);
    expect(rounds.map(({ level }) => level)).toEqual(['warning', 'warning', 'warning', 'critical']);
    expect(rounds[3]?.alerts[0]).toEqual({
      check: 'some',
      subject: 'b',
      level: 'critical',
      state: 'raised',
      since: 180,
      breaches: 3,
      message: 'b has 25',
      advice: 'do something',
    });
  });

  test('a round in which nothing is found is a look', () => {
    expect(up(follow(checkNamed('some'), [{}, { a: 15 }]))).toEqual(['', 'a warning pending']);
  });

  test('a round in which nothing could be told is not', () => {
    expect(up(follow(checkNamed('some'), [{ a: null }, { a: 15 }]))).toEqual(['', 'a warning raised']);
    expect(up(follow(checkNamed('some'), [null, { a: 15 }]))).toEqual(['', 'a warning raised']);
  });

  test('O5: what is no longer there is well, after as many rounds as anything else', () => {
    const rounds = follow(checkNamed('some'), [{ a: 25 }, {}, {}, {}]);
    expect(up(rounds)).toEqual(['a critical raised', 'a critical clearing', 'a critical clearing', '']);
  });

  test('O3, O5: what cannot be seen any more is not well: the alert stays, and the check is unknown', () => {
    const rounds = follow(checkNamed('some'), [{ a: 25 }, null, null, null, null]);
    expect(up(rounds).at(-1)).toBe('a critical raised');
    expect(rounds.at(-1)?.checks[0]).toMatchObject({
      state: 'not-visible',
      level: 'unknown',
      message: 'no right',
      advice: 'GRANT',
      observations: [],
    });
    expect(follow(checkNamed('some'), [null])[0]?.level).toBe('unknown');
  });

  test('what cannot be told any more is not well either', () => {
    expect(
      up(follow(checkNamed('some'), [{ a: 25 }, { a: null }, { a: null }, { a: null }, { a: null }])).at(-1),
    ).toBe('a critical raised');
  });

  test('goes by the check’s own patience, and by the configuration’s', () => {
    expect(up(follow(checkNamed('some', { raiseAfter: 1 }), [{}, { a: 15 }]))).toEqual([
      '',
      'a warning raised',
    ]);
    expect(up(follow(checkNamed('some'), [{}, { a: 15 }, { a: 15 }], { raiseAfter: 2 }))).toEqual([
      '',
      'a warning pending',
      'a warning raised',
    ]);
    expect(up(follow(checkNamed('some'), [{ a: 15 }, { a: 1 }], { clearAfter: 1 }))).toEqual([
      'a warning raised',
      '',
    ]);
  });

  test('goes by the configuration’s marks, and says so', () => {
    const [round] = follow(checkNamed('some'), [{ a: 5 }], { thresholds: { some: { warning: 4 } } });
    expect(round?.alerts).toMatchObject([{ subject: 'a', level: 'warning' }]);
    expect(round?.checks[0]?.threshold).toMatchObject({
      warning: 4,
      critical: 20,
      source: 'the configuration file',
    });
    expect(
      up(
        follow(checkNamed('some'), [{ a: 99 }], { thresholds: { some: { warning: null, critical: null } } }),
      ),
    ).toEqual(['']);
  });

  test('a check that fails while it judges says so, and nothing else fails', () => {
    const broken = checkNamed('broken', {
      observe: () => {
        throw new Error('a fault');
      },
    });
    expect(follow(broken, [{ a: 1 }])[0]?.checks[0]).toMatchObject({
      state: 'failed',
      level: 'unknown',
      message: 'could not be judged: a fault',
    });
  });
});

describe('monitorSettings', () => {
  const checks = [checkNamed('connections-used'), checkNamed('deadlocks')];
  const problems = (config: Partial<MonitorConfig>) => {
    const read = monitorSettings(checks, { thresholds: {}, disable: [], ...config });
    return read.ok ? [] : read.problems;
  };

  test('names what may have been meant', () => {
    expect(problems({ thresholds: { 'conections-used': { warning: 1 } }, disable: ['xyz'] })).toEqual([
      { message: 'monitor.disable: there is no check "xyz"', candidates: ['connections-used', 'deadlocks'] },
      {
        message: 'monitor.thresholds: there is no check "conections-used"',
        candidates: ['connections-used'],
      },
    ]);
  });

  test('O11: refuses marks in the wrong order', () => {
    expect(problems({ thresholds: { deadlocks: { warning: 30 } } })).toEqual([
      {
        message: 'monitor.thresholds.deadlocks: the warning at 30 is above the critical mark at 20; set both',
        candidates: [],
      },
    ]);
    expect(problems({ thresholds: { deadlocks: { warning: 30, critical: 40 } } })).toEqual([]);
    expect(problems({ thresholds: { deadlocks: { warning: 30, critical: null } } })).toEqual([]);
  });

  test('leaves out what is disabled', () => {
    const read = monitorSettings(checks, { thresholds: {}, disable: ['deadlocks'] });
    expect(read.ok && read.settings.checks.map(({ name }) => name)).toEqual(['connections-used']);
  });
});

test('O12: what stands of an earlier round is part of this one, and changes no alert', () => {
  const [slow, quick] = [checkNamed('slow'), checkNamed('quick')];
  const read = monitorSettings([slow, quick], { thresholds: {}, disable: [] });
  if (!read.ok) throw new Error('the settings are not valid');
  const rows = [{ subject: 'a', value: 15 }];
  const judge = (
    at: number,
    more: Pick<Parameters<typeof judgeRound>[0], 'readings' | 'memory' | 'standing'>,
  ) =>
    judgeRound({
      server: { ...SERVER, at },
      moment: momentAt(at),
      settings: read.settings,
      tookMs: 1,
      ...more,
    });
  const readingOf = (check: Check): Reading => ({ check, tookMs: 1, state: 'read', rows });
  const first = judge(0, { readings: [readingOf(slow), readingOf(quick)], memory: [] });
  const second = judge(60, {
    readings: [readingOf(quick)],
    memory: [first.remembered],
    standing: first.round.checks.filter(({ name }) => name === 'slow'),
  });
  expect(second.round.checks.map(({ name, askedAt }) => [name, askedAt])).toEqual([
    ['slow', 0],
    ['quick', 60],
  ]);
  const of = ({ alerts }: Round, name: string) => alerts.find(({ check }) => check === name);
  expect(of(second.round, 'slow')).toEqual(of(first.round, 'slow'));
  expect(of(second.round, 'quick')?.breaches).toBeGreaterThan(of(first.round, 'quick')?.breaches ?? Infinity);
});
