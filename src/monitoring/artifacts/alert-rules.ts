import { Document } from 'yaml';
import { byArea, sentences, titleOf, visible, type WatchedCheck } from './watched.ts';

/** How long a breach has to last, so that one busy minute wakes nobody. */
const FOR = '5m';
/** What does not happen by chance is told at once. */
const AT_ONCE = '0m';

/** From where on, as `pitstop_observation_level` has them: what is critical stays a warning, which Alertmanager then mutes. */
const LEVELS = { warning: 1, critical: 2 } as const;
type Severity = keyof typeof LEVELS;
/** What tells one server from another, by what Prometheus adds to all that it scrapes. */
export const SERVER_LABELS = ['job', 'instance'] as const;
/** What tells one observation of one server from another. */
export const OBSERVATION_LABELS = [...SERVER_LABELS, 'check', 'subject'] as const;
const ONE = `on (${OBSERVATION_LABELS.join(', ')})`;

/**
 * Alerting rules for Prometheus, on the metrics of `pitstop monitor --prometheus`: one for each level of each check that can
 * be seen, for breaches that have no number, for a server that does not answer or is not watched any more, and for checks that
 * are not visible any more. They go by what the check says of its subject, not by the bare number: a share of next to nothing is no breach,
 * and a slot that is lost has no number. What the server is too old for is left out: it would be up for ever.
 */
export function alertRules(
  checks: readonly WatchedCheck[],
  { version }: { readonly version: string },
): string {
  const document = new Document({
    groups: [
      { name: 'pitstop', rules: [...NOT_SEEN, ...WITHOUT_NUMBER, notVisible(checks)] },
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

/** Of a server about which nothing else can be told. What was not watched for a day is taken to be gone. */
const NOT_SEEN = [
  {
    alert: 'PostgresDown',
    expr: 'pitstop_up == 0',
    for: '1m',
    labels: { severity: 'critical' },
    annotations: {
      summary: 'PostgreSQL does not answer to pitstop monitor at {{ $labels.instance }}',
      description: 'Look at the server, then at the network and the password in between.',
    },
  },
  {
    alert: 'PostgresNotWatched',
    expr: 'last_over_time(pitstop_up[1d]) unless pitstop_up or absent(last_over_time(pitstop_up[1d]))',
    for: FOR,
    labels: { severity: 'critical' },
    annotations: {
      summary: 'Nothing is heard of pitstop monitor{{ with $labels.instance }} at {{ . }}{{ end }}',
      description: 'Look whether its process runs, and whether Prometheus reaches it.',
    },
  },
] as const;
/** While one of these is up nothing else is to be believed of the server. */
export const NOT_SEEN_ALERTS = NOT_SEEN.map(({ alert }) => alert);

const WITHOUT_NUMBER = (['warning', 'critical'] as const).map((severity) => ({
  alert: 'PostgresBreachWithoutNumber',
  expr: `pitstop_observation_level >= ${LEVELS[severity]} unless ${ONE} pitstop_check_value`,
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
    expr: `pitstop_check_value{check="${name}"} and ${ONE} pitstop_observation_level{check="${name}"} >= ${LEVELS[severity]}`,
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
