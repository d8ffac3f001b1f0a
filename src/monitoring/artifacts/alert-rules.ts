import { Document } from 'yaml';
import { byArea, sentences, titleOf, visible, type WatchedCheck } from './watched.ts';

/** How long a breach has to last, so that one busy minute wakes nobody. */
const FOR = '5m';
/** What does not happen by chance is told at once. */
const AT_ONCE = '0m';

/** As `pitstop_observation_level` has them. */
const LEVELS = { warning: 1, critical: 2 } as const;
type Severity = keyof typeof LEVELS;
/** What tells one observation of one server from another. */
const ONE = 'on (job, instance, check, subject)';

/**
 * Alerting rules for Prometheus, on the metrics of `pitstop monitor --prometheus`: one for each level of each check that can
 * be seen, for breaches that have no number, for a server that does not answer, and for checks that are not visible any
 * more. They go by what the check says of its subject, not by the bare number: a share of next to nothing is no breach,
 * and a slot that is lost has no number. What the server is too old for is left out: it would be up for ever.
 */
export function alertRules(
  checks: readonly WatchedCheck[],
  { version }: { readonly version: string },
): string {
  const document = new Document({
    groups: [
      { name: 'pitstop', rules: [DOWN, ...WITHOUT_NUMBER, notVisible(checks)] },
      ...byArea(visible(checks)).flatMap(([area, own]) => {
        const rules = own.flatMap(rulesOf);
        return rules.length === 0 ? [] : [{ name: `pitstop-${area}`, rules }];
      }),
    ],
  });
  document.commentBefore = [
    ' Rules for Prometheus, on the metrics of: pitstop monitor --prometheus',
    ' Marks are those of pitstop: change them in its configuration (monitor.thresholds).',
    ` For PostgreSQL ${version}; after an upgrade there may be more to see.`,
  ].join('\n');
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

const WITHOUT_NUMBER = (['warning', 'critical'] as const).map((severity) => ({
  alert: 'PostgresBreachWithoutNumber',
  expr: `pitstop_observation_level == ${LEVELS[severity]} unless ${ONE} pitstop_check_value`,
  for: FOR,
  labels: { severity },
  annotations: {
    summary: 'The check {{ $labels.check }} says that {{ $labels.subject }} is not well',
    description:
      'There is no number for it, such as of a receiver that does not run: run pitstop monitor --once to hear why.',
  },
}));

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

/** A check without marks says itself how bad it is. */
function rulesOf(check: WatchedCheck): object[] {
  const { threshold } = check;
  return (['warning', 'critical'] as const)
    .filter((severity) => threshold === null || threshold[severity] !== null)
    .map((severity) => ruleOf(check, severity));
}

function ruleOf(check: WatchedCheck, severity: Severity): object {
  const { name, summary, advice, unit, threshold } = check;
  const mark = threshold?.[severity] ?? null;
  const words = titleOf(check)
    .split(' ')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return {
    alert: `Postgres${words}`,
    expr: `pitstop_check_value{check="${name}"} and ${ONE} pitstop_observation_level{check="${name}"} == ${LEVELS[severity]}`,
    for: threshold?.raiseAfter === 1 ? AT_ONCE : FOR,
    labels: { severity },
    annotations: {
      summary: `${titleOf(check)} of {{ $labels.subject }}${mark === null ? '' : `: {{ $value | humanize }} ${unit}`}`,
      description: sentences(
        summary,
        ...(mark === null
          ? []
          : [`from ${mark} ${unit} on this is ${severity === 'critical' ? 'critical' : 'a warning'}`]),
        advice,
      ),
    },
  };
}
