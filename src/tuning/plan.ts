import { currentOf, decide, type Decision } from './decide.ts';
import { fitMemory } from './fit.ts';
import { leastSessions, wantedSessions } from './groups/connections.ts';
import { RULE_GROUPS } from './groups/index.ts';
import { barredBy } from './managed.ts';
import type { HardwareProfile } from './profile.ts';
import type { MemoryFit, RuleGroup, SettingRule, Situation } from './rule.ts';
import type { TuningServer } from './server.ts';

/** Every rule decided once, in the order in which they ask for each other. */
export interface TuningPlan {
  readonly situation: Situation;
  /** Null where the server has no such setting. */
  decision(rule: SettingRule): Decision | null;
}

/**
 * Rules look at each other's values (`work_mem` at nearly all of memory, `io_max_combine_limit` at `io_combine_limit`):
 * each is decided when it is first asked for. A circle of them would be a fault of theirs.
 */
export function planSettings(
  profile: HardwareProfile,
  server: TuningServer,
  asked: ReadonlySet<string>,
): TuningPlan {
  const decisions = new Map<string, Decision | null>();
  let fit: MemoryFit | undefined;
  const situation: Situation = {
    profile,
    server,
    facts: (name) => server.settings.get(name) ?? null,
    number: (name, absent) => {
      const value = inForce(name);
      return typeof value === 'number' ? value : absent;
    },
    word: (name) => {
      const value = inForce(name);
      return typeof value === 'string' ? value : null;
    },
    fit: () => (fit ??= fitMemory(situation, wantedSessions(situation), leastSessions(situation))),
  };

  function inForce(name: string): number | string | null {
    const rule = ruleFor(name);
    if (rule !== undefined) return decision(rule)?.value ?? null;
    const facts = situation.facts(name);
    return facts === null ? null : currentOf(facts);
  }

  function decision(rule: SettingRule): Decision | null {
    const known = decisions.get(rule.name);
    if (known !== undefined) return known;
    const facts = situation.facts(rule.name);
    const made =
      facts === null
        ? null
        : decide(rule, rule.wish(situation), facts, {
            barred: barredBy(profile.managed, facts),
            asked: asked.has(rule.name),
          });
    decisions.set(rule.name, made);
    return made;
  }

  return { situation, decision };
}

export const ruleFor = (name: string): SettingRule | undefined => RULES.get(name);

const RULES: ReadonlyMap<string, SettingRule> = new Map(
  RULE_GROUPS.flatMap(({ rules }: RuleGroup) => rules.map((rule) => [rule.name, rule])),
);
