import { Counter, Gauge, Registry } from 'prom-client';
import type { Metric } from '../monitoring/check.ts';
import type { AnyRow } from '../monitoring/sample.ts';
import type { Level } from '../monitoring/threshold.ts';
import type { Look } from './watch.ts';

/** What is known of the server: the last round, and whether the server answered when it was last asked. */
export interface Known {
  readonly up: boolean;
  readonly last: Look | null;
}

const PREFIX = 'pitstop_';
const LEVELS: Readonly<Record<Level, number>> = { ok: 0, unknown: -1, warning: 1, critical: 2 };

/**
 * All metrics in Prometheus's text format. Of a server that does not answer there is `pitstop_up 0` and nothing else: old
 * numbers would pass for new ones.
 */
export async function metricsText({ up, last }: Known): Promise<string> {
  const registry = new Registry();
  gauge(registry, 'up', 'Whether the server answered when it was last asked').set(up ? 1 : 0);
  if (up && last !== null) {
    addRound(registry, last);
    addReadings(registry, last);
  }
  return registry.metrics();
}

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** About the round itself, and what the checks say of it. */
function addRound(registry: Registry, { round }: Look): void {
  gauge(registry, 'round_timestamp_seconds', 'When the round was, by the server’s clock').set(
    round.server.at,
  );
  gauge(registry, 'round_duration_seconds', 'How long its statements took').set(round.tookMs / 1_000);
  const visible = gauge(registry, 'check_visible', 'Whether a check could be read', ['check']);
  const level = gauge(
    registry,
    'check_level',
    'What a check says of this round: 0 ok, 1 warning, 2 critical, -1 unknown',
    ['check'],
  );
  const value = gauge(registry, 'check_value', 'The number that a check judges, in its unit', [
    'check',
    'subject',
    'unit',
  ]);
  const one = gauge(
    registry,
    'observation_level',
    'What a check says of one subject in this round: 0 ok, 1 warning, 2 critical, -1 unknown',
    ['check', 'subject'],
  );
  for (const check of round.checks) {
    if (check.level === null) continue;
    visible.set({ check: check.name }, check.state === 'read' ? 1 : 0);
    level.set({ check: check.name }, LEVELS[check.level]);
    for (const { subject, value: found, unit, level: said } of check.observations) {
      one.set({ check: check.name, subject }, LEVELS[said]);
      if (found !== null) value.set({ check: check.name, subject, unit }, found);
    }
  }
  const alert = gauge(
    registry,
    'alert',
    'An alert that is up (raised, clearing) or on its way (pending): 1 for a warning, 2 for critical',
    ['check', 'subject', 'state'],
  );
  for (const { check, subject, state, level: said } of round.alerts)
    alert.set({ check, subject, state }, LEVELS[said]);
}

/** The numbers of the checks, as the server counts them. */
function addReadings(registry: Registry, { readings }: Look): void {
  for (const reading of readings)
    if (reading.state === 'read')
      for (const metric of reading.check.metrics) addMetric(registry, metric, reading.rows);
}

function addMetric(registry: Registry, metric: Metric<AnyRow>, rows: readonly AnyRow[]): void {
  const { name, help, type, labels } = metric;
  const options = { name: PREFIX + name, help, labelNames: Object.keys(labels), registers: [registry] };
  const exported = type === 'gauge' ? new Gauge(options) : new Counter(options);
  for (const row of rows) {
    const value = metric.value(row);
    if (value === null) continue;
    const named = Object.fromEntries(Object.entries(labels).map(([label, of]) => [label, of(row)]));
    if (exported instanceof Gauge) exported.set(named, value);
    else exported.inc(named, value);
  }
}

function gauge(registry: Registry, name: string, help: string, labelNames: readonly string[] = []): Gauge {
  return new Gauge({ name: PREFIX + name, help, labelNames: [...labelNames], registers: [registry] });
}
