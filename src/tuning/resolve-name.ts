import { formerName } from './former-names.ts';
import { POSTGRESQL_18 } from './postgresql-18.ts';
import { majorOf, type TuningServer } from './server.ts';
import type { SettingFacts } from './setting.ts';

/** What a name stands for: a setting of the server, or why it is none and what there is instead. */
export type ResolvedName =
  | { readonly kind: 'setting'; readonly facts: SettingFacts }
  | { readonly kind: 'refused'; readonly why: string; readonly instead: readonly string[] };

/** No setting's name is longer, nor a slip of one. */
const LONGEST = 80;
/** As many are named where a name is not known. */
const CANDIDATES = 3;

/**
 * Finds the setting that somebody means: as the server spells it, in any case, as camelCase or with hyphens. What does
 * not exist is refused with what there is instead; nothing is guessed.
 */
export function resolveSettingName(name: string, server: TuningServer): ResolvedName {
  const spelled = spellings(name);
  const facts = spelled.map((one) => findSetting(one, server)).find((found) => found !== null);
  if (facts !== undefined && facts !== null) return { kind: 'setting', facts };
  const former = spelled.map(formerName).find((found) => found !== null);
  if (former !== undefined && former !== null) return refused(former.why, former.instead);
  const newer = spelled.map((one) => findSetting(one, POSTGRESQL_18)).find((found) => found !== null);
  if (newer !== undefined && newer !== null) return refused(missing(newer, server), []);
  if (name.includes('.')) return refused('no library that is loaded has it', ['shared_preload_libraries']);
  return refused('there is no such setting', candidates(spelled[0] ?? name, server));
}

/** Snake case first, which is how nearly all are spelled. */
function spellings(name: string): readonly string[] {
  const trimmed = name.trim();
  const snake = trimmed
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase();
  return [...new Set([snake, trimmed.toLowerCase()])];
}

function findSetting(name: string, { settings }: TuningServer): SettingFacts | null {
  const exact = settings.get(name);
  if (exact !== undefined) return exact;
  return [...settings.values()].find((facts) => facts.name.toLowerCase() === name) ?? null;
}

function missing({ name }: SettingFacts, server: TuningServer): string {
  if (server.hidesSettings && (majorOf(server) >= 18 || ONLY_FOR_SOME.has(name)))
    return 'this role may not see it: it is shown to members of pg_read_all_settings';
  return `PostgreSQL ${majorOf(server)} does not have it, a later version does`;
}

/** Settings that are not shown to everybody, of those that are not about files alone. */
const ONLY_FOR_SOME: ReadonlySet<string> = new Set([
  'shared_preload_libraries',
  'session_preload_libraries',
  'dynamic_library_path',
  'unix_socket_directories',
  'log_directory',
  'log_filename',
]);

/** Names that look most like it: by the share of pairs of letters that two names have in common. */
function candidates(name: string, { settings }: TuningServer): readonly string[] {
  if (name.length > LONGEST) return [];
  const wanted = pairsOf(name);
  return [...settings.values()]
    .map((facts) => ({ name: facts.name, alike: likeness(wanted, pairsOf(facts.name)) }))
    .filter(({ alike }) => alike > 0.4)
    .toSorted((one, other) => other.alike - one.alike || one.name.localeCompare(other.name))
    .slice(0, CANDIDATES)
    .map((one) => one.name);
}

function pairsOf(name: string): readonly string[] {
  const framed = ` ${name.toLowerCase()} `;
  return Array.from({ length: framed.length - 1 }, (_, at) => framed.slice(at, at + 2));
}

/** Dice's coefficient: 1 for the same, 0 for nothing in common. */
function likeness(one: readonly string[], other: readonly string[]): number {
  const left = [...other];
  const common = one.filter((pair) => {
    const at = left.indexOf(pair);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return (2 * common.length) / (one.length + other.length);
}

function refused(why: string, instead: readonly string[]): ResolvedName {
  return { kind: 'refused', why, instead };
}
