import { formatSetting } from './format-setting.ts';
import { RULE_GROUPS } from './groups/index.ts';
import { parseSetting } from './parse-setting.ts';
import type { TuningServer } from './server.ts';
import type { SettingAdvice, SettingFacts } from './setting.ts';

/** A setting that files of this repository give a server, whether or not it has it already. */
export interface ConfiguredSetting extends SettingAdvice {
  /** What was measured of it, in one sentence; null for by rule. */
  readonly measured: string | null;
}

/** What an item has to go by where files were written before, by itself or by another. */
export interface Standing {
  /** The server as the rules are to see it. */
  readonly server: TuningServer;
  /** Of what was configured, what a rule may set and this server takes: the record may have been edited. */
  readonly configured: readonly ConfiguredSetting[];
}

/** For an item about a few settings: the server as it is going to be with what was configured, none of it by hand. */
export function withConfigured(server: TuningServer, recorded: readonly ConfiguredSetting[]): Standing {
  const configured = recorded.filter((setting) => isTaken(setting, server));
  const settings = new Map(server.settings);
  for (const { name, value } of configured) {
    const facts = settings.get(name);
    const parsed = facts === undefined ? null : parseSetting(value, facts);
    if (facts !== undefined && parsed?.ok === true)
      settings.set(name, { ...facts, value: parsed.value, source: 'default' });
  }
  return { server: { ...server, settings }, configured };
}

/** For an item about the whole: the server as it was before anything was configured, to decide all of it anew. */
export function withoutConfigured(server: TuningServer, recorded: readonly ConfiguredSetting[]): Standing {
  const configured = recorded.filter((setting) => isTaken(setting, server));
  const settings = new Map(server.settings);
  for (const { name, old } of configured) {
    const facts = settings.get(name);
    if (facts === undefined) continue;
    const parsed = old === null ? null : parseSetting(old, facts);
    const value = parsed?.ok === true ? parsed.value : facts.boot;
    settings.set(name, { ...facts, value, source: value === facts.boot ? 'default' : 'configuration file' });
  }
  return { server: { ...server, settings }, configured };
}

/** The files that take the place of those before. */
export interface Configured {
  /** All that they say, in the order of the groups. */
  readonly settings: readonly SettingAdvice[];
  /** Of these, what the files before did not say. */
  readonly changed: readonly SettingAdvice[];
  /** And what they said and this item has nothing to say about. */
  readonly kept: readonly ConfiguredSetting[];
  /** What only the files before said. */
  readonly dropped: readonly ConfiguredSetting[];
}

/**
 * Puts together what is advised and what was configured. The way back leads to what the server had before all of it.
 * @param isWhole whether every setting was decided: then nothing is kept
 */
export function joinConfigured(
  advised: readonly SettingAdvice[],
  configured: readonly ConfiguredSetting[],
  isWhole: boolean,
): Configured {
  const before = new Map(configured.map((setting) => [setting.name, setting]));
  const names = new Set(advised.map(({ name }) => name));
  const left = configured.filter(({ name }) => !names.has(name));
  const settled = advised.map((setting) => {
    const earlier = before.get(setting.name);
    return earlier === undefined ? setting : { ...setting, old: earlier.old };
  });
  const kept = isWhole ? [] : left;
  return {
    settings: [...settled, ...kept].toSorted((a, b) => placeOf(a) - placeOf(b)),
    changed: settled.filter(({ name, value }) => before.get(name)?.value !== value),
    kept,
    dropped: isWhole ? left : [],
  };
}

/** Whether the server has the value already. */
export function isInForce({ value }: SettingAdvice, facts: SettingFacts | undefined): boolean {
  return facts !== undefined && formatSetting(facts.value, facts) === value;
}

function isTaken({ name, value }: ConfiguredSetting, { settings }: TuningServer): boolean {
  const facts = settings.get(name);
  return facts !== undefined && PLACES.has(name) && parseSetting(value, facts).ok;
}

const PLACES: ReadonlyMap<string, number> = new Map(
  RULE_GROUPS.flatMap(({ rules }) => rules).map(({ name }, place) => [name, place]),
);

function placeOf({ name }: SettingAdvice): number {
  return PLACES.get(name) ?? PLACES.size;
}
