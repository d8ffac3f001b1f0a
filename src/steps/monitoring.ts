import { z } from 'zod';
import { sqlStep, type FileChange, type Proposal, type SqlStep } from '../change.ts';
import type { Finding } from '../explain/finding.ts';
import { alertRules } from '../monitoring/artifacts/alert-rules.ts';
import { alertmanagerConfig } from '../monitoring/artifacts/alertmanager.ts';
import { baselineDocument } from '../monitoring/artifacts/baseline.ts';
import { dashboard } from '../monitoring/artifacts/dashboard.ts';
import { visible, type WatchedCheck } from '../monitoring/artifacts/watched.ts';
import type { Trial } from '../trial.ts';
import { withConfigured } from '../tuning/configured.ts';
import { majorOf, type TuningServer } from '../tuning/server.ts';
import { OLDEST_SERVER } from '../tuning/versions.ts';
import { missingFor, visibilityFragment, type MissingVisibility } from '../tuning/visibility.ts';
import { isBare, isTitled } from './bare.ts';
import { defineStep, type Study } from './step.ts';

const fields = z.object({ wording: z.string().nullable() });

type Fields = z.output<typeof fields>;
type Names = 'tuning' | 'configured' | 'extensions';

const TITLES = {
  patterns: [
    /^(?:please\s+)?(?:set[- ]?up|enable|configure|add|install|deploy|introduce|establish|implement|turn\s+on|create|start)\b.*\b(?:database|postgres(?:ql)?|pg_\w+|db|sql|quer(?:y|ies)|slow|connection|replica(?:tion)?|vacuum|wal|lock|performance)\b.*\b(?:monitor(?:ing)?|alert(?:s|ing)?|log(?:s|ging)?|metrics|observability|dashboards?|baselines?)\b/i,
    /^(?:please\s+)?(?:set[- ]?up|enable|configure|add|install|deploy|introduce|turn\s+on|start)\b.*\b(?:monitor(?:ing)?|alert(?:s|ing)?|observability|metrics|dashboards?)\b.*\b(?:database|postgres(?:ql)?|db|sql|quer(?:y|ies)|performance)\b/i,
    /^(?:please\s+)?(?:set[- ]?up|enable|configure|add|install|turn\s+on|use)\b.*\b(?:pg_stat_statements|auto_explain|track_io_timing)\b/i,
  ],
  never: /\b(?:components?|pages?|endpoints?|ui|frontend|react|tests?|widgets?|backups?)\b/i,
};

/** Makes visible what a server does: what counts and logs it, who looks at it, and when somebody is told. */
export const monitoring = defineStep<Fields, Names>({
  kind: 'monitoring',
  summary:
    'Makes visible what a server does: counters and logs of slow statements, a baseline, alert rules and a dashboard.',
  inputs: {},
  fields,
  example: '- [ ] 5.1 Set up slow-query monitoring of the database\n  - **Priority**: high',
  claims: (inputs) => isBare(inputs) && inputs.hardware === null && isTitled(inputs, TITLES),
  subject: () => ({ hardware: { field: null, title: '' } }),
  targetMs: () => null,
  oldestServer: OLDEST_SERVER,
  facts: ['tuning', 'configured', 'extensions'],
  diagnose: (_fields, facts) => missingOf(facts).map(findingOf),
  next(study, trials) {
    const [baseline, started] = trials;
    if (baseline === undefined) return [lookAtTarget()];
    return started === undefined ? [setUp(study, baseline)] : [];
  },
});

type Seen = Study<Fields, Names>['facts'];

function missingOf(facts: Seen): MissingVisibility[] {
  const installed = facts.extensions.filter(({ schema }) => schema !== null).map(({ name }) => name);
  return missingFor(configuredServer(facts), new Set(installed));
}

/** What other items have configured is not missing, and what is loaded goes on from there. */
function configuredServer({ tuning, configured }: Seen): TuningServer {
  return withConfigured(tuning, configured).server;
}

function findingOf({ name, message }: MissingVisibility): Finding {
  return { code: 'not-visible', message, relation: null, costMs: null, numbers: { name } };
}

function lookAtTarget(): Proposal {
  return {
    id: 'baseline',
    change: { summary: 'a baseline', steps: [] },
    reason: 'what the target shows as it is',
    probe: null,
    experiment: { type: 'take-baseline' },
    estimatedGainMs: 0,
  };
}

/** What this kind reads of a baseline. */
interface Baseline {
  readonly checks: readonly WatchedCheck[];
  readonly version: string;
  readonly takenAt: string;
}

function setUp({ facts }: Study<Fields, Names>, trial: Trial): Proposal {
  const { checks, ...server } = (
    trial.state === 'observed' ? trial.observations : { checks: [] }
  ) as Baseline;
  const missing = missingOf(facts);
  const fragment = visibilityFragment(missing, configuredServer(facts));
  return {
    id: 'monitoring',
    change: {
      summary: summaryOf(missing, visible(checks).length),
      steps: missing.flatMap(({ name, extension }) => (extension ? [createExtension(name)] : [])),
      files: [
        ...(fragment === null ? [] : fragment.files),
        ...FILES.map(({ name, write }): FileChange => ({ name, text: write(checks, server), role: 'main' })),
      ],
      ...(fragment === null ? {} : { remains: fragment.remains }),
    },
    reason: missing[0]?.message ?? 'somebody should be told before users tell',
    probe: null,
    experiment: { type: 'start-server', settings: fragment?.settings ?? {} },
    estimatedGainMs: 0,
    notes: [
      trial.reason.message,
      'monitoring/alertmanager.yml tells nobody before its receiver has an address',
      ...UNSEEN.flatMap(({ states, words }) => {
        const names = checks.filter(({ state }) => states.includes(state)).map(({ name }) => name);
        return names.length === 0 ? [] : [`${words(majorOf(facts.tuning))}: ${names.join(', ')}`];
      }),
    ],
  };
}

/** Checks that have no alert rule, by what keeps them from one. */
const UNSEEN: readonly {
  readonly states: readonly WatchedCheck['state'][];
  readonly words: (major: number) => string;
}[] = [
  { states: ['not-visible', 'failed'], words: () => 'not visible yet' },
  { states: ['not-available'], words: (major) => `not to be had of PostgreSQL ${major}` },
];

function summaryOf(missing: readonly MissingVisibility[], checks: number): string {
  const [first, second, ...others] = missing.map(({ name }) => name);
  const named = [first, second].filter((name) => name !== undefined).join(', ');
  const what = others.length === 0 ? named : `${named} and ${others.length} more`;
  return `${what === '' ? '' : `${what}; `}alert rules and a dashboard for ${checks} checks`;
}

const FILES: readonly {
  readonly name: string;
  readonly write: (checks: readonly WatchedCheck[], server: Omit<Baseline, 'checks'>) => string;
}[] = [
  { name: 'monitoring/alerts.yml', write: alertRules },
  { name: 'monitoring/alertmanager.yml', write: alertmanagerConfig },
  { name: 'monitoring/dashboard.json', write: dashboard },
  { name: 'monitoring/baseline.json', write: baselineDocument },
];

function createExtension(name: string): SqlStep {
  return sqlStep(`create_extension_${name}`, `CREATE EXTENSION IF NOT EXISTS ${name}`, {
    down: `DROP EXTENSION IF EXISTS ${name}`,
  });
}
