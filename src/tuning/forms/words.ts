import { formatBytes } from '../../report/format.ts';
import { formatSetting } from '../format-setting.ts';
import { majorOf } from '../server.ts';
import type { SettingAdvice, SettingFacts } from '../setting.ts';
import type { TuningDocument } from './form.ts';

/** Why, what it takes, what was there, and how it is known: sentences of one line. */
export function remarks(advice: SettingAdvice, document: TuningDocument): readonly string[] {
  const measured = document.measured.get(advice.name);
  return [
    capital(advice.why),
    TAKES[advice.takes],
    advice.old === null
      ? `Default: ${shown(formatSetting(factsOf(advice, document).boot, factsOf(advice, document)))}`
      : `Was ${shown(advice.old)}`,
    measured === undefined ? 'By rule, not measured' : `Measured: ${measured}`,
  ].map((sentence) => `${oneLine(sentence)}.`);
}

const TAKES: Readonly<Record<SettingAdvice['takes'], string>> = {
  restart: 'Needs a restart',
  reload: 'Needs a reload',
  session: 'Needs a reload; can be tried in a session',
};

/** What stands at the head of a file: for what it is, and how much memory it may take. */
export function heading({ profile, server, recommendation }: TuningDocument): readonly string[] {
  const { memory } = recommendation;
  const version = majorOf(server);
  return [
    `PostgreSQL ${version} with ${formatBytes(profile.memoryBytes)} of memory, ${profile.cpus} cores, ${profile.storage}, ${profile.workload}` +
      (server.offline ? '; no server was asked: goes by the defaults of the version.' : '.'),
    `Memory: ${formatBytes(memory.expectedBytes)} expected (at most ${formatBytes(memory.mostExpectedBytes)}), ` +
      `${formatBytes(memory.stressBytes)} under stress (at most ${formatBytes(memory.mostStressBytes)}).`,
  ];
}

/** What the server, or the version, says of a setting that is advised. */
export function factsOf({ name }: SettingAdvice, { server }: TuningDocument): SettingFacts {
  const facts = server.settings.get(name);
  if (facts === undefined) throw new Error(`${name} is advised to a server that does not have it`);
  return facts;
}

/** What to go back to: null where nobody had set it, so that it goes by the version again. */
export function oldValue(advice: SettingAdvice, document: TuningDocument): string | null {
  const { source } = factsOf(advice, document);
  return advice.old === null || source === 'default' ? null : advice.old;
}

/** What to go back to, written out. */
export function oldOrDefault(advice: SettingAdvice, document: TuningDocument): string {
  const facts = factsOf(advice, document);
  return oldValue(advice, document) ?? formatSetting(facts.boot, facts);
}

/** For a comment that ends with its line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function shown(value: string): string {
  return value === '' ? 'empty' : value;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
