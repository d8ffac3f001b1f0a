import { formatBytes } from '../../report/format.ts';
import { formatCores, formatSetting } from '../format-setting.ts';
import { majorOf } from '../server.ts';
import type { SettingAdvice, SettingFacts } from '../setting.ts';
import { isOlder, NEWEST_SERVER, triedElsewhere } from '../versions.ts';
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
    measured === undefined ? 'By rule, not measured' : `Measured${elsewhere(document)}: ${measured}`,
  ].map((sentence) => `${oneLine(sentence)}.`);
}

const TAKES: Readonly<Record<SettingAdvice['takes'], string>> = {
  restart: 'Needs a restart',
  reload: 'Needs a reload',
  session: 'Needs a reload; can be tried in a session',
};

function elsewhere({ server }: TuningDocument): string {
  return isOlder(server) ? ` on PostgreSQL ${NEWEST_SERVER}` : '';
}

/** What stands at the head of a file: for what it is, and how much memory it may take. */
export function heading({ profile, server, recommendation }: TuningDocument): readonly string[] {
  const { memory } = recommendation;
  const version = majorOf(server);
  const tried = recommendation.settings.length === 0 ? null : triedElsewhere(server);
  return [
    `PostgreSQL ${version} with ${formatBytes(profile.memoryBytes)} of memory, ${formatCores(profile.cpus)}, ${profile.storage}, ${profile.workload}` +
      (server.offline ? '; no server was asked: goes by the defaults of the version.' : '.'),
    `Memory: ${formatBytes(memory.expectedBytes)} expected (at most ${formatBytes(memory.mostExpectedBytes)}), ` +
      `${formatBytes(memory.stressBytes)} under stress (at most ${formatBytes(memory.mostStressBytes)}).`,
    ...(tried === null ? [] : [`${capital(tried)}.`]),
  ];
}

/** What the server, or the version, says of a setting that is advised. */
export function factsOf({ name }: SettingAdvice, { server }: TuningDocument): SettingFacts {
  const facts = server.settings.get(name);
  if (facts === undefined) throw new Error(`${name} is advised to a server that does not have it`);
  return facts;
}

/** What to go back to: null where nobody had set it, so that it goes by the version, or by another place, again. */
export function oldValue(advice: SettingAdvice, document: TuningDocument): string | null {
  const { source, value, boot } = factsOf(advice, document);
  if (advice.old === null || ELSEWHERE.has(source)) return null;
  // Where pitstop's own session has set it, the source says nothing of the server.
  return source === 'session' && value === boot ? null : advice.old;
}

/** Not of the server's files or command line: what these had is not known, and was not the value in force. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'default',
  'override',
  'database',
  'user',
  'database user',
  'client',
]);

/** Whether a setting of the role or the database hides what the server itself has: going back may lose that. */
export function isHidden(advice: SettingAdvice, document: TuningDocument): boolean {
  return ['database', 'user', 'database user'].includes(factsOf(advice, document).source);
}

/** What to go back to, written out. */
export function oldOrDefault(advice: SettingAdvice, document: TuningDocument): string {
  const facts = factsOf(advice, document);
  return oldValue(advice, document) ?? formatSetting(facts.boot, facts);
}

/** What a container's `/dev/shm` has to hold, in bytes; see `RecommendedMemory`. */
export function sharedMemoryBytes({ recommendation }: TuningDocument): number {
  return Math.ceil(recommendation.memory.dynamicSharedBytes);
}

/** Comments, each a line of its own whatever is in it: what came after a break would be code. */
export function commentLines(mark: '#' | '--', lines: readonly string[]): string {
  return lines.map((text) => `${mark} ${oneLine(text)}\n`).join('');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function shown(value: string): string {
  return value === '' ? 'empty' : value;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
