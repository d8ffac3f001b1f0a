import { Document } from 'yaml';
import type { Threshold } from '../threshold.ts';
import { byArea, sentences, titleOf, visible, type WatchedCheck } from './watched.ts';

/** How long a breach has to last, so that one busy minute wakes nobody. */
const FOR = '5m';
/** What does not happen by chance is told at once. */
const AT_ONCE = '0m';

/**
 * Alerting rules for Prometheus, on the metrics of `pitstop monitor --prometheus`: one for each mark of each check that can
 * be seen, one for a server that does not answer, and one for checks that are not visible any more. What the server is too
 * old for would keep that one up for ever, so it is left out.
 */
export function alertRules(
  checks: readonly WatchedCheck[],
  { version }: { readonly version: string },
): string {
  const document = new Document({
    groups: [
      { name: 'pitstop', rules: [DOWN, notVisible(checks)] },
      ...byArea(visible(checks)).flatMap(([area, own]) => {
        const rules = own.flatMap(rulesOf);
        return rules.length === 0 ? [] : [{ name: `pitstop-${area}`, rules }];
      }),
    ],
  });
  document.commentBefore = ` Rules for Prometheus, on the metrics of: pitstop monitor --prometheus\n For PostgreSQL ${version}; after an upgrade there may be more to see.`;
  return document.toString({ lineWidth: 0 });
}

const DOWN = {
  alert: 'PostgresDown',
  expr: 'pitstop_up == 0 or absent(pitstop_up)',
  for: '1m',
  labels: { severity: 'critical' },
  annotations: {
    summary: 'PostgreSQL does not answer, or is not watched',
    description: 'Look at the server, then at the process of pitstop monitor.',
  },
};

function notVisible(checks: readonly WatchedCheck[]): object {
  const absent = checks.filter(({ state }) => state === 'not-available').map(({ name }) => name);
  const others = absent.length === 0 ? '' : `{check!~"${absent.join('|')}"}`;
  return {
    alert: 'PostgresCheckNotVisible',
    expr: `pitstop_check_visible${others} == 0`,
    for: '15m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'The check {{ $labels.check }} cannot be read any more',
      description: 'What is not seen is not fine: run pitstop monitor --once to hear why.',
    },
  };
}

function rulesOf(check: WatchedCheck): object[] {
  const { threshold } = check;
  if (threshold === null) return [];
  return (['warning', 'critical'] as const).flatMap((severity) => {
    const mark = threshold[severity];
    return mark === null ? [] : [ruleOf(check, threshold, severity, mark)];
  });
}

function ruleOf(
  check: WatchedCheck,
  { direction, raiseAfter }: Threshold,
  severity: 'warning' | 'critical',
  mark: number,
): object {
  const { name, summary, advice, unit } = check;
  const words = titleOf(check)
    .split(' ')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return {
    alert: `Postgres${words}`,
    expr: `pitstop_check_value{check="${name}"} ${direction === 'above' ? '>=' : '<='} ${mark}`,
    for: raiseAfter === 1 ? AT_ONCE : FOR,
    labels: { severity },
    annotations: {
      summary: `${titleOf(check)} of {{ $labels.subject }}: {{ $value | humanize }} ${unit}`,
      description: sentences(
        summary,
        `from ${mark} ${unit} on this is ${severity === 'critical' ? 'critical' : 'a warning'}`,
        advice,
      ),
    },
  };
}
