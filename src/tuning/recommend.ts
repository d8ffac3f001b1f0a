import { formatBytes } from '../report/format.ts';
import { formatSetting } from './format-setting.ts';
import { mostExpectedBytes } from './fit.ts';
import { RULE_GROUPS } from './groups/index.ts';
import { dynamicSharedBytes, memoryTotals, type MemoryTotals } from './memory.ts';
import { untouched } from './never.ts';
import { notesOf, type TuningNote } from './notes.ts';
import { hasRule, planSettings, type TuningPlan } from './plan.ts';
import type { HardwareProfile } from './profile.ts';
import { resolveSettingName } from './resolve-name.ts';
import type { RuleGroup, SettingRule } from './rule.ts';
import type { TuningServer } from './server.ts';
import type { SettingAdvice, SettingContext } from './setting.ts';

/** A configuration for a machine and a server, and what is to be said of it. */
export interface Recommendation {
  /** What differs from what the server has, in the order of the groups. */
  readonly settings: readonly SettingAdvice[];
  readonly memory: RecommendedMemory;
  readonly notes: readonly TuningNote[];
  /** Settings that were asked for and are not set, with what to do instead. */
  readonly refused: readonly SettingRefusal[];
}

/** The totals with all settings in force, against their bounds; in bytes. */
interface RecommendedMemory extends MemoryTotals {
  readonly memoryBytes: number;
  /** Four fifths of the memory; more where nothing but the server caches pages. */
  readonly mostExpectedBytes: number;
  /** All of the memory. */
  readonly mostStressBytes: number;
  /** What parallel workers may share at a time; a container's `/dev/shm` has to hold it. */
  readonly dynamicSharedBytes: number;
}

export interface SettingRefusal {
  /** As it was asked for. */
  readonly name: string;
  readonly why: string;
  /** What there is instead; empty where there is nothing. */
  readonly instead: readonly string[];
}

/**
 * The configuration that the rules give. Only settings that the server has, with values that it takes, and no memory that
 * is not there.
 * @param asked settings that somebody named, in any spelling: only these, and what has to move with them, change. Null
 *   for all
 * @throws PitstopError `memory-too-small`
 */
export function recommend(
  profile: HardwareProfile,
  server: TuningServer,
  asked: readonly string[] | null = null,
): Recommendation {
  const wishes = (asked ?? []).map((name) => ({ name, answer: answerTo(name, server) }));
  const accepted = wishes.flatMap(({ answer }) => (typeof answer === 'string' ? withCompanions(answer) : []));
  const plan = planSettings(profile, server, asked === null ? null : new Set(accepted));
  const settings = RULE_GROUPS.flatMap((group) => group.rules.flatMap((rule) => advice(plan, group, rule)));
  const memory = memoryInForce(plan);
  return {
    settings,
    memory,
    notes: [...notesOnStaying(plan), ...notesOf(plan, settings), ...noteOnMemory(memory)],
    refused: wishes.flatMap(({ name, answer }) => (typeof answer === 'string' ? [] : [{ name, ...answer }])),
  };
}

/** The name of a setting that a rule may set, or why there is none. */
function answerTo(name: string, server: TuningServer): string | Omit<SettingRefusal, 'name'> {
  const resolved = resolveSettingName(name, server);
  if (resolved.kind === 'refused') return { why: resolved.why, instead: resolved.instead };
  const { facts } = resolved;
  const never = untouched(facts.name);
  if (never !== null) return { why: never.why, instead: never.instead };
  if (facts.context === 'internal')
    return { why: 'it says how the server was built or began; nobody can set it', instead: [] };
  if (!hasRule(facts.name))
    return {
      why: `no rule says what it should be; it stays ${formatSetting(facts.value, facts)}`,
      instead: [],
    };
  return facts.name;
}

/** Settings of which one without the other does nothing, or does harm. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  io_combine_limit: ['io_max_combine_limit'],
  io_max_combine_limit: ['io_combine_limit'],
  // Autovacuum takes as much, for each of its workers, unless told otherwise.
  maintenance_work_mem: ['autovacuum_work_mem'],
};

function withCompanions(name: string): readonly string[] {
  return [name, ...(COMPANIONS[name] ?? [])];
}

function advice(plan: TuningPlan, { group }: RuleGroup, rule: SettingRule): SettingAdvice[] {
  const decision = plan.decision(rule);
  const facts = plan.situation.facts(rule.name);
  if (facts === null || decision?.kind !== 'set') return [];
  return [
    {
      name: rule.name,
      value: decision.text,
      group,
      why: decision.why,
      source: rule.source,
      takes: TAKES[facts.context],
      old: plan.situation.server.offline ? null : formatSetting(facts.value, facts),
    },
  ];
}

/** What it takes for a value in the file to count, by the context of the setting. */
export const TAKES: Readonly<Record<SettingContext, SettingAdvice['takes']>> = {
  internal: 'restart',
  postmaster: 'restart',
  sighup: 'reload',
  backend: 'reload',
  'superuser-backend': 'reload',
  superuser: 'session',
  user: 'session',
};

/** One note for all settings that stay for the same reason. */
function notesOnStaying(plan: TuningPlan): readonly TuningNote[] {
  const byReason = new Map<string, string[]>();
  for (const rule of RULE_GROUPS.flatMap(({ rules }) => rules)) {
    const decision = plan.decision(rule);
    if (decision?.kind !== 'stay' || decision.because === null) continue;
    byReason.set(decision.because, [...(byReason.get(decision.because) ?? []), rule.name]);
  }
  return [...byReason].map(([because, names]) =>
    names.length === 1
      ? { about: names[0] ?? null, text: because }
      : { about: null, text: `${names.join(', ')}: ${because}` },
  );
}

/** Only where not all settings may change: else they are chosen so that it fits. */
function noteOnMemory(memory: RecommendedMemory): readonly TuningNote[] {
  const { expectedBytes, stressBytes, memoryBytes } = memory;
  if (expectedBytes <= memory.mostExpectedBytes && stressBytes <= memory.mostStressBytes) return [];
  const text = `with what stays as it is the server is expected to use ${formatBytes(expectedBytes)} and under stress ${formatBytes(stressBytes)}, of ${formatBytes(memoryBytes)} that there are: max_connections and work_mem decide`;
  return [{ about: null, text }];
}

function memoryInForce({ situation }: TuningPlan): RecommendedMemory {
  const { memoryBytes } = situation.profile;
  const sessions = situation.number('max_connections', 100);
  return {
    ...memoryTotals(situation, sessions, situation.number('work_mem', 0)),
    memoryBytes,
    mostExpectedBytes: mostExpectedBytes(situation),
    mostStressBytes: memoryBytes,
    dynamicSharedBytes: dynamicSharedBytes(situation),
  };
}
