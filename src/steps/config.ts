import { z } from 'zod';
import type { FileChange, Proposal } from '../change.ts';
import { PitstopError } from '../errors.ts';
import type { Finding } from '../explain/finding.ts';
import { BUILT_IN_NAME } from '../measure/servers/bank.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import type { Trial } from '../trial.ts';
import { measuredSentences } from '../report/configuration.ts';
import type { ServerComparison } from '../tuning/evidence/comparison.ts';
import { settle } from '../tuning/evidence/settle.ts';
import type { StartReport } from '../tuning/start/report.ts';
import type { ServerFinding } from '../tuning/findings/finding.ts';
import { serverFindings } from '../tuning/findings/index.ts';
import { refusedBy, TUNING_FORMS } from '../tuning/forms/index.ts';
import type { TuningDocument, TuningForm } from '../tuning/forms/form.ts';
import { isBarred, settingsNamedIn } from '../tuning/named-settings.ts';
import {
  isInForce,
  joinConfigured,
  withConfigured,
  withoutConfigured,
  type Configured,
  type ConfiguredSetting,
} from '../tuning/configured.ts';
import { profileOf, type HardwareProfile } from '../tuning/profile.ts';
import { recommend, type Recommendation, type SettingRefusal } from '../tuning/recommend.ts';
import { majorOf, type TuningServer } from '../tuning/server.ts';
import type { SettingAdvice } from '../tuning/setting.ts';
import { OLDEST_SERVER } from '../tuning/versions.ts';
import { isBare, isTitled, titleOf } from './bare.ts';
import { defineStep, type Study } from './step.ts';

const fields = z.object({
  hardware: z.string().nullable(),
  workload: z.string().nullable(),
  wording: z.string().nullable(),
});

type Fields = z.output<typeof fields>;
type Names = 'hardware' | 'tuning' | 'configured' | 'tuningForms' | 'counted';

const VERB = String.raw`^(?:please\s+)?(?:re-?)?(?:tun(?:e|ing)|configur(?:e|ing)|adjust|optimi[sz]e|set|size|right-?size|raise|increase|lower|review|apply|update|improve)\b`;
const TITLES = {
  patterns: [
    new RegExp(
      String.raw`${VERB}.*\b(?:postgres(?:ql)?|database|db|server)\b.*(?:\b(?:config(?:uration)?|settings?|parameters?|memory|hardware|ssd|nvme|hdd)\b|\d\s*[gt]i?b\b)`,
      'i',
    ),
    /\bpostgresql\.conf\b/i,
  ],
  never:
    /\b(?:pool(?:s|ing|er)?|pgbouncer|connections?\s+(?:run|ran|storm|leak|exhaust\w*|handling)|(?:too\s+many|out\s+of)\s+connections|monitor(?:ing)?|alert(?:s|ing)?|dashboards?|backups?|tests?)\b/i,
};

/** The settings of a server: by rule from its machine and its work, started before anybody is asked to use them. */
export const config = defineStep<Fields, Names>({
  kind: 'config',
  summary: 'Tunes the settings of a server for its machine and its work, and starts a server with them.',
  inputs: {
    Hardware:
      'the machine: `16 GB RAM, 8 cores, NVMe, 200 connections, oltp`, a managed instance by its name, or a YAML or JSON file; without it, what can be seen of the server’s machine',
    Workload:
      '`pg_stat_statements top 5`: the settings are tried on a copy of what these statements read; without it on a built-in mix',
  },
  fields,
  example: [
    '- [ ] 3.1 Tune PostgreSQL for the 16 GB / SSD server',
    '  - **Hardware**: 16 GB RAM, 8 cores, SSD, 100 connections, web',
  ].join('\n'),
  claims: (inputs) =>
    isBare(inputs) &&
    !TITLES.never.test(titleOf(inputs.wording)) &&
    (inputs.hardware !== null ||
      isTitled(inputs, TITLES) ||
      settingsNamedIn(titleOf(inputs.wording)).length > 0),
  subject: ({ hardware, wording }) => ({ hardware: { field: hardware, title: titleOf(wording) } }),
  targetMs: () => null,
  oldestServer: OLDEST_SERVER,
  facts: ['hardware', 'tuning', 'configured', 'tuningForms', 'counted'],
  diagnose: (_fields, { counted }) => serverFindings(counted).map(findingOf),
  settle(study) {
    const advised = adviceFor(study);
    if ('outcome' in advised) return advised;
    const { refused, settings } = advised.recommendation;
    const { changed, dropped } = filesWith(settings, advised);
    if (changed.length + dropped.length > 0) return null;
    if (refused.length > 0) return conclude('refused', 'setting-refused', refused.map(refusal).join('; '));
    const already = advised.configured.length > 0 ? ', or configured so already' : '';
    const message = `every setting is as the rules for this machine have it${already}`;
    return conclude('already-met', 'nothing-to-change', message);
  },
  next(study, trials) {
    const advised = adviceFor(study);
    if ('outcome' in advised) return [];
    const [compared, started] = trials;
    if (compared === undefined) return [comparison(advised, study)];
    return started === undefined ? fragment(advised, study, compared) : [];
  },
});

function findingOf({ id, message, advice, numbers }: ServerFinding): Finding {
  return { code: id, message, advice, relation: null, costMs: null, numbers };
}

/** What this kind reads of a proof. */
interface Proof {
  readonly start: StartReport;
  readonly comparison: ServerComparison | null;
}

/** What is proposed, and what it is for. */
interface Advice {
  readonly profile: HardwareProfile;
  readonly recommendation: Recommendation;
  /** By files that are there, of this item or another. */
  readonly configured: readonly ConfiguredSetting[];
  /** Whether it is about all settings, not only about those that somebody named. */
  readonly isWhole: boolean;
}

/** What the files are going to say. */
function filesWith(settings: readonly SettingAdvice[], { configured, isWhole }: Advice): Configured {
  return joinConfigured(settings, configured, isWhole);
}

const known = new WeakMap<object, Advice | Conclusion>();

/** Made once for a study; the item's end where nothing can be said. */
function adviceFor(study: Study<Fields, Names>): Advice | Conclusion {
  const made = known.get(study.facts) ?? advise(study);
  known.set(study.facts, made);
  return made;
}

function advise({
  fields: { wording },
  facts: { hardware, tuning, configured: recorded },
}: Study<Fields, Names>): Advice | Conclusion {
  if (hardware.guessed.includes('memoryBytes'))
    return conclude(
      'needs-information',
      'hardware-unknown',
      'how much memory has the server? Its machine is not seen from here; say it in Hardware, as in "16 GB RAM, 8 cores, SSD"',
    );
  const profile = profileOf(hardware.profile);
  const named = settingsNamedIn(wording ?? '');
  const isAboutThem = settingsNamedIn(titleOf(wording)).length > 0;
  const { server, configured } = (isAboutThem ? withConfigured : withoutConfigured)(tuning, recorded);
  try {
    const recommendation = recommend(profile, server, isAboutThem ? named : null);
    // In passing, people name settings that nobody should have: they are to hear of it.
    const refused = isAboutThem
      ? recommendation.refused
      : recommend(profile, server, named.filter(isBarred)).refused;
    return { profile, recommendation: { ...recommendation, refused }, configured, isWhole: !isAboutThem };
  } catch (error) {
    if (!(error instanceof PitstopError)) throw error;
    return conclude('needs-information', error.code, error.message);
  }
}

/** `parallelVacuumMinWorkers is not set: PostgreSQL has never had it; instead: VACUUM (PARALLEL n)` */
function refusal({ name, why, instead }: SettingRefusal): string {
  return `${name} is not set: ${why}${instead.length === 0 ? '' : `; instead: ${instead.join(', ')}`}`;
}

/** What the settings do, by what servers count; what of it shows nothing is by rule. */
function comparison({ recommendation: { settings } }: Advice, study: Study<Fields, Names>): Proposal {
  return {
    id: 'comparison',
    change: { summary: numberOf(settings.length), steps: [] },
    reason: 'comparing a server as it is with one that has them',
    probe: null,
    experiment: { type: 'prove-configuration', settings, statements: study.fields.workload },
    estimatedGainMs: 0,
  };
}

/** The files, with what was measured in them; the server is started with exactly what they say. None where all of it was left out. */
function fragment(advice: Advice, study: Study<Fields, Names>, compared: Trial): Proposal[] {
  const { profile, recommendation, configured } = advice;
  const {
    facts,
    fields: { workload },
  } = study;
  const { notes, refused } = recommendation;
  const proof = compared.state === 'observed' ? (compared.observations as Proof | null) : null;
  const seen = proof?.comparison ?? null;
  // Where the item's own statements could not be copied, the built-in mix took their place.
  const isOwn = workload !== null && seen?.workload.name !== BUILT_IN_NAME;
  const settled = settle(recommendation.settings, facts.tuning, proof, isOwn);
  const { settings, changed, kept, dropped } = filesWith(settled.settings, advice);
  if (changed.length + dropped.length === 0) return [];
  const found = seen === null ? [] : measuredSentences(seen);
  const measured = new Map([...measuredBefore(configured, changed), ...found]);
  const document = {
    profile,
    server: facts.tuning,
    recommendation: { ...recommendation, settings },
    measured,
  };
  const wanted = TUNING_FORMS.filter(({ name }) => facts.tuningForms.includes(name));
  const forms = wanted.filter((form) => refusedBy(profile.managed, form) === null);
  const proposal: Proposal = {
    id: 'configuration',
    change: {
      summary: summaryOf(changed, dropped),
      steps: [],
      files: filesOf(document, forms),
      configures: settings.map((setting) => ({ ...setting, measured: measured.get(setting.name) ?? null })),
      remains: remainsOf([...settings.filter((setting) => !hasIt(setting, facts.tuning)), ...dropped]),
    },
    reason: 'by rule for this machine, held against two servers of our own',
    probe: null,
    experiment: { type: 'start-server', settings: valuesOf(settings) },
    estimatedGainMs: 0,
    notes: [
      compared.reason.message,
      ...changed.flatMap(({ name }) => {
        const sentence = measured.get(name);
        return sentence === undefined ? [] : [`${name}: ${sentence}`];
      }),
      ...settled.leftOut.map(({ name, why }) => `${name} is left out: ${why}`),
      ...(kept.length === 0 ? [] : [`the files keep what was configured before: ${namesOf(kept)}`]),
      ...(dropped.length === 0 ? [] : [`the files no longer set ${namesOf(dropped)}`]),
      ...wanted.flatMap((form) => refusedBy(profile.managed, form) ?? []),
      ...refused.map(refusal),
      ...notes.map(({ about, text }) => (about === null ? text : `${about}: ${text}`)),
      ...uncounted(facts.tuning),
    ],
  };
  return [proposal];
}

/** Of values that stay, what was measured when they came. */
function measuredBefore(
  configured: readonly ConfiguredSetting[],
  changed: readonly SettingAdvice[],
): [string, string][] {
  const isChanged = new Set(changed.map(({ name }) => name));
  return configured.flatMap(({ name, measured }) =>
    measured === null || isChanged.has(name) ? [] : [[name, measured]],
  );
}

function hasIt(setting: SettingAdvice, { settings }: TuningServer): boolean {
  return isInForce(setting, settings.get(setting.name));
}

/** What no counter could tell, for want of one. */
function uncounted(server: TuningServer): readonly string[] {
  if (majorOf(server) >= EVICTIONS_SINCE) return [];
  return [
    `PostgreSQL ${majorOf(server)} does not count which blocks had to leave shared_buffers (${EVICTIONS_SINCE} does): whether it is too small for the work was not looked at, its size is by rule`,
  ];
}

const EVICTIONS_SINCE = 16;

function valuesOf(settings: readonly SettingAdvice[]): Record<string, string> {
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

function summaryOf(changed: readonly SettingAdvice[], dropped: readonly SettingAdvice[]): string {
  return [
    ...(changed.length === 0 ? [] : [`${numberOf(changed.length)}: ${shown(changed)}`]),
    ...(dropped.length === 0 ? [] : [`${numberOf(dropped.length)} no longer set: ${namesOf(dropped)}`]),
  ].join('; ');
}

function numberOf(settings: number): string {
  return settings === 1 ? '1 setting' : `${settings} settings`;
}

/** A line that lists more is not read. */
const MOST_SHOWN = 6;

function shown(settings: readonly SettingAdvice[]): string {
  const named = settings.slice(0, MOST_SHOWN).map(({ name, value }) => `${name} ${value}`);
  return settings.length > MOST_SHOWN ? `${named.join(', ')}, …` : named.join(', ');
}

function filesOf(document: TuningDocument, forms: readonly TuningForm[]): FileChange[] {
  return forms.flatMap((form): FileChange[] => [
    { name: form.fileName, text: form.write(document), role: 'main' },
    { name: form.reverseFileName, text: form.reverse(document), role: 'reverse' },
  ]);
}

/** What a person has to do before the settings count. */
function remainsOf(settings: readonly SettingAdvice[]): string {
  const restart = settings.filter(({ takes }) => takes === 'restart');
  return restart.length === 0
    ? 'the server is to be given it, with a reload'
    : `the server is to be given it, with a restart for ${namesOf(restart)}`;
}

function namesOf(settings: readonly SettingAdvice[]): string {
  const named = settings
    .slice(0, MOST_SHOWN)
    .map(({ name }) => name)
    .join(', ');
  return settings.length > MOST_SHOWN ? `${named} and more` : named;
}
