import { beforeAll, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { alertRules } from '../../src/monitoring/artifacts/alert-rules.ts';
import { alertmanagerConfig } from '../../src/monitoring/artifacts/alertmanager.ts';
import { CHECKS } from '../../src/monitoring/checks/index.ts';
import { monitorSettings } from '../../src/monitoring/settings.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { metricsText } from '../../src/watch/metrics.ts';
import { lookOnce } from '../../src/watch/watch.ts';

/** What Alertmanager wants of a configuration, as far as ours has it: https://prometheus.io/docs/alerting/latest/configuration */
const MATCHER = /^([a-z_]+)(=~|!~|!=|=)"([^"]*)"$/;
const MATCHERS = z.array(z.string().regex(MATCHER)).min(1);
const LABELS = z.array(z.string().regex(/^[a-z_]+$/)).min(1);
const DURATION = z.string().regex(/^\d+[smhd]$/);
const CONFIG = z.strictObject({
  route: z.strictObject({
    receiver: z.string(),
    group_by: LABELS,
    group_wait: DURATION,
    group_interval: DURATION,
    repeat_interval: DURATION,
    routes: z.array(z.strictObject({ matchers: MATCHERS, repeat_interval: DURATION })),
  }),
  receivers: z.array(z.strictObject({ name: z.string() })),
  inhibit_rules: z.array(
    z.strictObject({ source_matchers: MATCHERS, target_matchers: MATCHERS, equal: LABELS }),
  ),
});
const RULES = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({ alert: z.string(), expr: z.string(), labels: z.record(z.string(), z.string()) }),
      ),
    }),
  ),
});

type Labels = Readonly<Record<string, string>>;
type Matcher = string;

const config = CONFIG.parse(parse(alertmanagerConfig()));
/** An alert of each rule, with the labels that Prometheus would give it. */
let alerts: readonly Labels[];

beforeAll(async () => {
  const read = monitorSettings(CHECKS, { thresholds: {}, disable: [] });
  if (!read.ok) throw new Error('the checks as they are');
  const look = await lookOnce({
    target: parseTarget(inject('serverUrl'), {}),
    checks: CHECKS,
    settings: read.settings,
    history: null,
    process: 'test',
    clock: () => performance.now(),
    now: () => new Date(),
    signal: new AbortController().signal,
    remark: () => undefined,
  });
  const metrics = await metricsText({ up: true, last: look });
  const text = alertRules(
    CHECKS.map((check) => ({ ...check, state: 'read', level: 'ok', message: null, observations: [] })),
    { version: '18.4' },
  );
  const { groups } = RULES.parse(parse(text));
  alerts = groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr, labels }) => ({
      job: 'pitstop',
      instance: '127.0.0.1:9718',
      // What an expression is about is its first metric.
      ...labelsOf(metrics, /pitstop_\w+/.exec(expr)?.[0] ?? ''),
      ...labels,
      alertname: alert,
    })),
  );
});

/** The labels of the first sample of a metric; fails where there is none. */
function labelsOf(metrics: string, name: string): Labels {
  const [line, labels = ''] = new RegExp(`^${name}(?:{(.*)})? \\S+$`, 'm').exec(metrics) ?? [];
  if (line === undefined) throw new Error(`there is no metric ${name}`);
  const pairs = labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries([...pairs].map(([, label = '', value = '']) => [label, value]));
}

function matching(matchers: readonly Matcher[]): readonly Labels[] {
  return alerts.filter((labels) => matchers.every((matcher) => matches(labels, matcher)));
}

/** A label that is missing counts as empty, and a regular expression as one of the whole. */
function matches(labels: Labels, matcher: Matcher): boolean {
  const [, name = '', operator = '', value = ''] = MATCHER.exec(matcher) ?? [];
  const label = labels[name] ?? '';
  const isMet = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(label) : label === value;
  return isMet !== operator.startsWith('!');
}

const names = (found: readonly Labels[]) => new Set(found.map(({ alertname }) => alertname));

test('what Alertmanager compares by is on all alerts that it compares', () => {
  for (const { source_matchers: sources, target_matchers: targets, equal } of config.inhibit_rules)
    for (const found of [matching(sources), matching(targets)]) {
      expect(found).not.toEqual([]);
      for (const labels of found) expect(Object.keys(labels)).toEqual(expect.arrayContaining(equal));
    }
});

test('what is critical mutes the warning of the same check, and what is not seen all else of the server', () => {
  const [worse, unseen] = config.inhibit_rules;
  const warnings = matching(worse?.target_matchers ?? []);
  const critical = names(matching(worse?.source_matchers ?? []));
  expect(warnings.map(({ severity }) => severity)).not.toContain('critical');
  expect(critical).toContain('PostgresConnectionsUsed');
  expect(names(warnings)).toContain('PostgresConnectionsUsed');
  expect(worse?.equal).toEqual(['job', 'instance', 'check', 'subject']);

  expect(names(matching(unseen?.source_matchers ?? []))).toEqual(
    new Set(['PostgresDown', 'PostgresNotWatched']),
  );
  const all = names(alerts);
  for (const one of ['PostgresDown', 'PostgresNotWatched']) all.delete(one);
  expect(names(matching(unseen?.target_matchers ?? []))).toEqual(all);
  expect(unseen?.equal).toEqual(['job', 'instance']);
});

test('every alert has a receiver, and one message is about one check', () => {
  expect(config.receivers.map(({ name }) => name)).toContain(config.route.receiver);
  for (const label of config.route.group_by) expect(Object.keys(alerts.at(-1) ?? {})).toContain(label);
  for (const { matchers } of config.route.routes) expect(matching(matchers)).not.toEqual([]);
});
