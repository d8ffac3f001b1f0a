import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineCheck, type Check } from '../monitoring/check.ts';
import type { Reading } from '../monitoring/reading.ts';
import { reportOf, type CheckReport } from '../monitoring/report.ts';
import type { MonitoredServer } from '../monitoring/server.ts';
import { dueChecks, standingAfter, type Standing } from './standing.ts';

function checkNamed(name: string, standsFor?: number): Check {
  return defineCheck({
    name,
    area: 'tables',
    summary: '',
    advice: '',
    scope: 'database',
    unit: 'count',
    threshold: null,
    ...(standsFor === undefined ? {} : { standsFor }),
    sql: [{ from: 14, sql: 'SELECT 1' }],
    row: z.object({}),
    remembers: 'nothing',
    metrics: [],
    observe: () => [],
  });
}

const CHECKS = [checkNamed('slow', 300), checkNamed('quick'), checkNamed('hourly', 3_600)];

/** The rounds of a session, at these seconds: which checks each asked, and when each answer that stands was asked for. */
function follow(seconds: readonly number[]) {
  let standing: Standing = new Map();
  return seconds.map((at) => {
    const due = dueChecks(CHECKS, standing, at * 1_000);
    const readings = due.map((check): Reading => ({ check, tookMs: 1, state: 'read', rows: [] }));
    const server = { at } as MonitoredServer;
    const sample = { rows: [], earlier: { missing: '' }, history: [], server };
    const reports = readings.map((reading): CheckReport => reportOf(reading, sample, null));
    standing = standingAfter(CHECKS, standing, { readings, reports, nowMs: at * 1_000 });
    return {
      asked: due.map(({ name }) => name),
      stand: [...standing].map(([name, { report }]) => `${name} ${report.askedAt}`),
    };
  });
}

test('what stands is not asked again before its time, and stays in its place', () => {
  const [first, second, third, fourth] = follow([0, 150, 290, 320]);
  expect(first?.asked).toEqual(['slow', 'quick', 'hourly']);
  expect(second).toEqual({ asked: ['quick'], stand: ['slow 0', 'quick 150', 'hourly 0'] });
  // Rounds come a little early.
  expect(third).toEqual({ asked: ['slow', 'quick'], stand: ['slow 290', 'quick 290', 'hourly 0'] });
  expect(fourth).toEqual({ asked: ['quick'], stand: ['slow 290', 'quick 320', 'hourly 0'] });
});

test('rounds that are further apart ask everything', () => {
  expect(follow([0, 4_000, 8_000]).map(({ asked }) => asked.length)).toEqual([3, 3, 3]);
});
