import { formatSetting } from './format-setting.ts';
import { RULE_GROUPS } from './groups/index.ts';
import { memoryTotals, EXPECTED_SHARE, type MemoryTotals } from './memory.ts';
import { planSettings, type TuningPlan } from './plan.ts';
import type { HardwareProfile } from './profile.ts';
import type { RuleGroup, SettingRule } from './rule.ts';
import type { TuningServer } from './server.ts';
import type { SettingAdvice, SettingContext, SettingFacts } from './setting.ts';

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
export interface RecommendedMemory extends MemoryTotals {
  readonly memoryBytes: number;
  /** Four fifths of the memory. */
  readonly mostExpectedBytes: number;
  /** All of the memory. */
  readonly mostStressBytes: number;
}

/** Something a reader should know of a setting, or of the whole where `about` is null. */
export interface TuningNote {
  readonly about: string | null;
  readonly text: string;
}

export interface SettingRefusal {
  /** As it was asked for. */
  readonly name: string;
  readonly why: string;
  /** What there is instead. */
  readonly instead: readonly string[];
}

/**
 * The configuration that the rules give. Only settings that the server has, with values that it takes, and no memory that
 * is not there.
 * @param asked settings that somebody named: only these come out; without any, all
 * @throws PitstopError `memory-too-small`
 */
export function recommend(
  profile: HardwareProfile,
  server: TuningServer,
  asked: readonly string[] = [],
): Recommendation {
  const plan = planSettings(profile, server, new Set(asked));
  const advised = RULE_GROUPS.flatMap((group) => group.rules.flatMap((rule) => advice(plan, group, rule)));
  return {
    settings: asked.length === 0 ? advised : advised.filter(({ name }) => asked.includes(name)),
    memory: memoryInForce(plan),
    notes: RULE_GROUPS.flatMap(({ rules }) => rules.flatMap((rule) => noteOf(plan, rule))),
    refused: [],
  };
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
      old: plan.situation.server.offline ? null : oldOf(facts),
    },
  ];
}

const oldOf = (facts: SettingFacts): string => formatSetting(facts.value, facts);

const TAKES: Readonly<Record<SettingContext, SettingAdvice['takes']>> = {
  internal: 'restart',
  postmaster: 'restart',
  sighup: 'reload',
  backend: 'reload',
  'superuser-backend': 'reload',
  superuser: 'session',
  user: 'session',
};

function noteOf(plan: TuningPlan, rule: SettingRule): TuningNote[] {
  const decision = plan.decision(rule);
  if (decision?.kind !== 'stay' || decision.because === null) return [];
  return [{ about: rule.name, text: decision.because }];
}

function memoryInForce({ situation }: TuningPlan): RecommendedMemory {
  const { memoryBytes } = situation.profile;
  const sessions = situation.number('max_connections', 100);
  return {
    ...memoryTotals(situation, sessions, situation.number('work_mem', 0)),
    memoryBytes,
    mostExpectedBytes: EXPECTED_SHARE * memoryBytes,
    mostStressBytes: memoryBytes,
  };
}
