import { z } from 'zod';
import type { FileChange, Proposal } from '../change.ts';
import { PitstopError } from '../errors.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { TUNING_FORMS } from '../tuning/forms/index.ts';
import type { TuningDocument } from '../tuning/forms/form.ts';
import { profileOf } from '../tuning/profile.ts';
import { recommend, type Recommendation } from '../tuning/recommend.ts';
import type { SettingAdvice } from '../tuning/setting.ts';
import { isBare, isTitled } from './bare.ts';
import { defineStep, type Study } from './step.ts';

const fields = z.object({ hardware: z.string().nullable(), wording: z.string().nullable() });

type Fields = z.output<typeof fields>;
type Names = 'hardware' | 'tuning' | 'tuningForms';

const VERB = String.raw`^(?:please\s+)?(?:re-?)?(?:tun(?:e|ing)|configur(?:e|ing)|adjust|optimi[sz]e|set|size|right-?size|raise|increase|lower|review|apply|update|improve)\b`;
const TITLES = {
  patterns: [
    new RegExp(
      String.raw`${VERB}.*\b(?:postgres(?:ql)?|database|db|server)\b.*(?:\b(?:config(?:uration)?|settings?|parameters?|memory|hardware|ssd|nvme|hdd)\b|\d\s*[gt]i?b\b)`,
      'i',
    ),
    /\b(?:postgresql\.conf|shared_buffers|work_mem|maintenance_work_mem|effective_cache_size|max_wal_size|checkpoint_timeout|random_page_cost|effective_io_concurrency|io_method|io_workers|wal_compression|huge_pages)\b/i,
  ],
  never: /\b(?:pool(?:s|ing|er)?|pgbouncer|monitor(?:ing)?|alert(?:s|ing)?|dashboards?|backups?|tests?)\b/i,
};

/** The settings of a server: by rule from its machine and its work, started before anybody is asked to use them. */
export const config = defineStep<Fields, Names>({
  kind: 'config',
  summary: 'Tunes the settings of a server for its machine and its work, and starts a server with them.',
  inputs: {
    Hardware:
      'the machine: `16 GB RAM, 8 cores, NVMe, 200 connections, oltp`, a managed instance by its name, or a YAML or JSON file; without it, what can be seen of the server’s machine',
  },
  fields,
  example: [
    '- [ ] 3.1 Tune PostgreSQL for the 16 GB / SSD server',
    '  - **Hardware**: 16 GB RAM, 8 cores, SSD, 100 connections, web',
  ].join('\n'),
  claims: (inputs) => isBare(inputs) && (inputs.hardware !== null || isTitled(inputs, TITLES)),
  subject: ({ hardware }) => ({ hardware: hardware ?? '' }),
  targetMs: () => null,
  facts: ['hardware', 'tuning', 'tuningForms'],
  diagnose: () => [],
  settle(study) {
    const advised = advisedOf(study);
    if ('outcome' in advised) return advised;
    const { settings } = advised.recommendation;
    return settings.length > 0
      ? null
      : conclude('already-met', 'nothing-to-change', 'every setting is as the rules for this machine have it');
  },
  next(study, trials) {
    const advised = advisedOf(study);
    return 'outcome' in advised || trials.length > 0 ? [] : [proposal(advised, study)];
  },
});

interface Advised {
  readonly recommendation: Recommendation;
  readonly document: TuningDocument;
}

const known = new WeakMap<object, Advised | Conclusion>();

/** The recommendation, made once for a study; the item's end where the machine is too small for a server. */
function advisedOf({ facts }: Pick<Study<Fields, Names>, 'facts'>): Advised | Conclusion {
  const made = known.get(facts) ?? advise(facts);
  known.set(facts, made);
  return made;
}

function advise({ hardware, tuning }: Study<Fields, Names>['facts']): Advised | Conclusion {
  const profile = profileOf(hardware);
  try {
    const recommendation = recommend(profile, tuning);
    return { recommendation, document: { profile, server: tuning, recommendation, measured: new Map() } };
  } catch (error) {
    if (!(error instanceof PitstopError)) throw error;
    return conclude('needs-information', error.code, error.message);
  }
}

function proposal({ recommendation, document }: Advised, { facts }: Study<Fields, Names>): Proposal {
  const { settings, notes } = recommendation;
  const { profile } = document;
  return {
    id: 'configuration',
    change: {
      summary: `${settings.length} settings for ${profile.cpus} cores and ${document.profile.storage}: ${shown(settings)}`,
      steps: [],
      files: filesOf(document, facts.tuningForms),
      remains: remainsOf(settings),
    },
    reason: 'starting a server of our own with all of it',
    probe: null,
    experiment: {
      type: 'start-server',
      settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
    },
    estimatedGainMs: 0,
    notes: notes.map(({ about, text }) => (about === null ? text : `${about}: ${text}`)),
  };
}

/** A line that lists more is not read. */
const MOST_SHOWN = 6;

function shown(settings: readonly SettingAdvice[]): string {
  const named = settings.slice(0, MOST_SHOWN).map(({ name, value }) => `${name} ${value}`);
  return settings.length > MOST_SHOWN ? `${named.join(', ')}, …` : named.join(', ');
}

function filesOf(document: TuningDocument, wanted: readonly string[]): FileChange[] {
  return TUNING_FORMS.filter(({ name }) => wanted.includes(name)).flatMap((form): FileChange[] => [
    { name: form.fileName, text: form.write(document), role: 'main' },
    { name: form.reverseFileName, text: form.reverse(document), role: 'reverse' },
  ]);
}

/** What a person has to do before the settings count. */
function remainsOf(settings: readonly SettingAdvice[]): string {
  const restart = settings.filter(({ takes }) => takes === 'restart').map(({ name }) => name);
  return restart.length === 0
    ? 'a reload remains'
    : `a restart remains, for ${restart.slice(0, MOST_SHOWN).join(', ')}${restart.length > MOST_SHOWN ? ' and more' : ''}`;
}
