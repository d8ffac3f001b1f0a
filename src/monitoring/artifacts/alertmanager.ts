import { NOT_SEEN_ALERTS, OBSERVATION_LABELS, SERVER_LABELS } from './alert-rules.ts';

const NOT_SEEN = NOT_SEEN_ALERTS.join('|');

/**
 * A whole configuration for Alertmanager that goes with the alerting rules: who is told how often, and what is muted while
 * something worse is up. Its receiver tells nobody before it is filled in, which Alertmanager takes for valid. The times are
 * Alertmanager's defaults, but for how often a warning is repeated.
 */
export function alertmanagerConfig(): string {
  return `# Configuration for Alertmanager, for the alerts of alerts.yml beside it.
# If you have a configuration already, take the route as one of yours, with matchers: ['alertname=~"Postgres.+"'], and add the inhibit_rules.

route:
  receiver: database
  # One message for each check of each server, however many tables it is about.
  group_by: ${listOf([...SERVER_LABELS, 'check'])}
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - matchers: ['severity="warning"']
      repeat_interval: 24h

receivers:
  # Nobody is told before this has an address: email_configs, slack_configs, pagerduty_configs, webhook_configs …
  # https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings
  - name: database

inhibit_rules:
  # What is critical is also a warning: once is enough.
  - source_matchers: ['severity="critical"', 'subject=~".+"']
    target_matchers: ['severity="warning"', 'subject=~".+"']
    equal: ${listOf(OBSERVATION_LABELS)}
  # Of a server that does not answer, or is not watched, nothing else is known.
  - source_matchers: ['alertname=~"${NOT_SEEN}"']
    target_matchers: ['alertname=~"Postgres.+"', 'alertname!~"${NOT_SEEN}"']
    equal: ${listOf(SERVER_LABELS)}
`;
}

function listOf(names: readonly string[]): string {
  return `[${names.join(', ')}]`;
}
