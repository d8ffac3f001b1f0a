import { describe, expect, test } from 'vitest';
import type { CheckReport, Observation } from '../monitoring/report.ts';
import type { Alert, Round } from '../monitoring/round.ts';
import type { MonitoredServer } from '../monitoring/server.ts';
import { liveLines } from './monitor-screen.ts';
import { changeLines, roundLines, summaryOf } from './monitor.ts';

const SERVER = {
  database: 'shop',
  versionNumber: 180_004,
  inRecovery: false,
  at: Date.UTC(2026, 10, 27, 20, 41, 12) / 1_000,
} as MonitoredServer;

const seen = (subject: string, level: Observation['level'], message: string): Observation => ({
  subject,
  value: 1,
  unit: 'count',
  labels: {},
  level,
  message,
  advice: null,
});

const check = (name: string, more: Partial<CheckReport>): CheckReport => ({
  name,
  area: 'locks',
  scope: 'cluster',
  state: 'read',
  level: 'ok',
  message: null,
  advice: null,
  threshold: null,
  observations: [],
  tookMs: 1,
  askedAt: SERVER.at,
  ...more,
});

const alert = (more: Partial<Alert>): Alert => ({
  check: 'busy',
  subject: 'cluster',
  level: 'critical',
  state: 'raised',
  since: SERVER.at - 7_200,
  breaches: 5,
  message: '95 of 97 are taken',
  advice: 'do something',
  ...more,
});

const round = (alerts: readonly Alert[], checks: readonly CheckReport[] = []): Round => ({
  server: SERVER,
  checks,
  alerts,
  level: 'ok',
  tookMs: 41.2,
});

describe('roundLines', () => {
  test('tells alerts with what to do, then what is unknown, then what is well', () => {
    const lines = roundLines(
      round(
        [
          alert({}),
          alert({
            check: 'slow',
            level: 'warning',
            state: 'clearing',
            since: SERVER.at,
            message: 'it was slow',
          }),
          alert({
            check: 'new',
            level: 'warning',
            state: 'pending',
            since: null,
            breaches: 1,
            message: 'x',
            advice: null,
          }),
        ],
        [
          check('quiet', { observations: [seen('a', 'ok', 'a is well'), seen('b', 'ok', 'b is well')] }),
          check('hidden', {
            state: 'not-visible',
            level: 'unknown',
            message: 'no right',
            advice: 'GRANT it',
          }),
          check('young', {
            level: 'unknown',
            observations: [seen('a', 'unknown', 'first look'), seen('b', 'unknown', 'first look')],
          }),
          check('empty', {}),
          check('other', { state: 'not-applicable', level: null, message: 'only a standby has it' }),
          check('busy', {
            level: 'critical',
            observations: [seen('cluster', 'critical', '95 of 97 are taken')],
          }),
        ],
      ),
      false,
    );
    const pad = ' '.repeat(38);
    expect(lines.map((line) => line.replaceAll(/(?<=\S) {2,}/g, ' '))).toEqual([
      'shop on PostgreSQL 18.4, primary, 2026-11-27 20:41:12 UTC; 6 checks in 41.2 ms',
      'critical busy 95 of 97 are taken; for 2 hours',
      `${pad}→ do something`,
      'warning slow it was slow; better now',
      `${pad}→ do something`,
      'warning new x (not an alert yet: 1 round)',
      'unknown hidden no right',
      `${pad}→ GRANT it`,
      'unknown young first look (and 1 other)',
      'ok quiet a is well; and 1 other',
      'ok empty nothing found',
      '– other only a standby has it',
      '2 alerts (1 critical), 2 unknown, 2 ok',
    ]);
  });

  test('tells a reason that many checks share once', () => {
    const young = (name: string) =>
      check(name, {
        level: 'unknown',
        observations: [seen('a', 'unknown', `no rate of ${name}: this is the first look`)],
      });
    const hidden = (name: string) =>
      check(name, { state: 'not-visible', level: 'unknown', message: 'no right', advice: 'GRANT it' });
    const checks = ['a', 'b', 'c'].map(young);
    const lines = roundLines(round([], [...checks, hidden('d'), hidden('e')]), false);
    expect(lines.slice(1, -1).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'unknown 3 checks this is the first look: a, b, c',
      'unknown d no right',
      'unknown e no right',
      ' → GRANT it',
    ]);
  });

  test('lets no name steer the terminal', () => {
    const evil = check('some', { observations: [seen('a', 'ok', 'table \u001B[2Jx\u202E')] });
    expect(roundLines(round([alert({ message: 'a\u001B]0;b\u0007' })], [evil]), false).join('')).not.toMatch(
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      /[\u0000-\u001F\u202E]/,
    );
  });

  test('is coloured where that is wanted', () => {
    expect(roundLines(round([alert({})]), true).join('')).toContain('\u001B[31mcritical');
  });
});

describe('changeLines', () => {
  const [up, down] = [round([alert({})]), round([])];
  const warning = round([alert({ level: 'warning' })]);

  test('tells what went up, down, or to another level, and nothing that stays', () => {
    expect(changeLines(null, up, false)[0]).toMatch(
      /^2026-11-27T20:41:12 critical busy +95 of 97 are taken$/,
    );
    expect(changeLines(null, up, false)[1]).toMatch(/→ do something$/);
    expect(changeLines(up, up, false)).toEqual([]);
    expect(changeLines(up, warning, false)[0]).toMatch(/ warning {2}busy/);
    expect(changeLines(up, down, false)).toEqual([
      expect.stringMatching(/ ok +busy +cleared: 95 of 97 are taken$/),
    ]);
  });

  test('does not tell what is on its way', () => {
    const pending = round([alert({ state: 'pending', since: null })]);
    expect(changeLines(down, pending, false)).toEqual([]);
    expect(summaryOf(pending)).toBe('0 alerts, 0 unknown, 0 ok');
  });
});

describe('liveLines', () => {
  const view = { round: round([alert({})]), lost: null, remarks: [], pace: 'every 10 s' };

  test('fit, with what matters most, and say how to leave', () => {
    for (const rows of [2, 3, 5, 24]) {
      const lines = liveLines(view, rows, false);
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(lines[0]).toContain('PostgreSQL 18.4');
      expect(lines.at(-1)).toMatch(/(?:^\d+ more lines; )?every 10 s, Ctrl-C ends$/);
    }
    expect(liveLines(view, 3, false).at(-1)).toBe('2 more lines; every 10 s, Ctrl-C ends');
  });

  test('say first that the server is lost, and go on showing what was last seen', () => {
    const lines = liveLines({ ...view, lost: 'refused', remarks: ['a remark'] }, 24, false);
    expect(lines[0]).toBe('the server does not answer: refused; trying again');
    expect(lines[1]).toBe('a remark');
    expect(lines[2]).toContain('PostgreSQL 18.4');
  });

  test('before the first round say that it is being taken', () => {
    expect(liveLines({ ...view, round: null }, 24, false)).toEqual(['looking …', 'every 10 s, Ctrl-C ends']);
  });
});
