import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { alertRules } from './alert-rules.ts';
import { baselineDocument } from './baseline.ts';
import type { WatchedCheck } from './watched.ts';
import { ALL, UNSEEN } from '../../../test/support/watched-checks.ts';

interface Rules {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly for: string;
      readonly labels: { readonly severity: string };
      readonly annotations: { readonly description: string };
    }[];
  }[];
}

describe('alert rules', () => {
  const { groups } = parse(alertRules(ALL, { version: '18.4' })) as Rules;
  const rules = groups.flatMap((group) => group.rules);
  const exprs = rules.map(({ expr }) => expr);

  test('one for each mark, and for each level of what has no marks', () => {
    expect(exprs).toEqual([
      'pitstop_up == 0',
      'last_over_time(pitstop_up[1d]) unless pitstop_up or absent(last_over_time(pitstop_up[1d]))',
      'pitstop_observation_level >= 1 unless on (job, instance, check, subject) pitstop_check_value',
      'pitstop_observation_level >= 2 unless on (job, instance, check, subject) pitstop_check_value',
      'pitstop_check_visible == 0',
      'pitstop_check_value{check="connections-used"} and on (job, instance, check, subject) pitstop_observation_level{check="connections-used"} >= 1',
      'pitstop_check_value{check="connections-used"} and on (job, instance, check, subject) pitstop_observation_level{check="connections-used"} >= 2',
      'pitstop_check_value{check="slot-lost"} and on (job, instance, check, subject) pitstop_observation_level{check="slot-lost"} >= 1',
      'pitstop_check_value{check="slot-lost"} and on (job, instance, check, subject) pitstop_observation_level{check="slot-lost"} >= 2',
      'pitstop_check_value{check="sequence-days-left"} and on (job, instance, check, subject) pitstop_observation_level{check="sequence-days-left"} >= 1',
      'pitstop_check_value{check="sequence-days-left"} and on (job, instance, check, subject) pitstop_observation_level{check="sequence-days-left"} >= 2',
    ]);
    expect(groups.map(({ name }) => name)).toEqual(['pitstop', 'pitstop-connections', 'pitstop-capacity']);
  });

  test('what the server is too old for raises no alert for ever, and the version is said', () => {
    const old = ['aio-workers', 'session-io'].map((name): WatchedCheck => ({
      ...UNSEEN,
      name,
      state: 'not-available',
    }));
    const text = alertRules([...ALL, ...old], { version: '14.23' });
    expect(text).toContain('# For PostgreSQL 14.23;');
    const [own] = (parse(text) as Rules).groups;
    expect(own?.rules.map(({ expr }) => expr)).toContain(
      'pitstop_check_visible{check!~"aio-workers|session-io"} == 0',
    );
  });

  test('what does not happen by chance is told at once, the rest after a while', () => {
    const of = (alert: string) => rules.filter((rule) => rule.alert === alert).map((rule) => rule.for);
    expect(of('PostgresConnectionsUsed')).toEqual(['5m', '5m']);
    expect(of('PostgresSequenceDaysLeft')).toEqual(['0m', '0m']);
  });

  test('text with quotes and colons comes back as it was, as sentences', () => {
    const warning = rules.find(({ expr }) => expr.endsWith('{check="connections-used"} >= 1'));
    expect(warning).toMatchObject({
      alert: 'PostgresConnectionsUsed',
      labels: { severity: 'warning' },
      annotations: {
        description:
          'Connections that are taken: "all" of them. From 75 percent on this is a warning. Put a pool in front.',
      },
    });
  });
});

test('a baseline keeps what could not be seen, with the reason', () => {
  const document = JSON.parse(
    baselineDocument(ALL, { version: '18.4', takenAt: '2026-01-01T00:00:00Z' }),
  ) as {
    checks: { name: string; message?: string }[];
  };
  expect(document).toMatchObject({ schemaVersion: 1, version: '18.4' });
  expect(document.checks.find(({ name }) => name === 'wal-directory')).toMatchObject({ message: 'no right' });
});
