import { currentOf, decide, type Decision } from './decide.ts';
import { fitMemory } from './fit.ts';
import { sessionsWanted } from './groups/connections.ts';
import { RULE_GROUPS } from './groups/index.ts';
import { barredBy } from './managed.ts';
import type { HardwareProfile } from './profile.ts';
import type { MemoryFit, SettingRule, Situation } from './rule.ts';
import type { TuningServer } from './server.ts';

/** Every rule decided once, in the order in which they ask for each other. */
export interface TuningPlan {
  readonly situation: Situation;
  /** Null where the server has no such setting, or where it is not asked for. */
  decision(rule: SettingRule): Decision | null;
}

const RULES: ReadonlyMap<string, SettingRule> = new Map(
  RULE_GROUPS.flatMap(({ rules }) => rules.map((rule) => [rule.name, rule])),
);

export function hasRule(name: string): boolean {
  return RULES.has(name);
}

/**
 * Rules look at each other's values (`work_mem` at nearly all of memory, `io_combine_limit` at `io_max_combine_limit`):
 * each is decided when it is first asked for. A circle of them would be a fault of theirs.
 * @param asked settings that alone may change; null for all
 */
export function planSettings(
  profile: HardwareProfile,
  server: TuningServer,
  asked: ReadonlySet<string> | null,
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
    mayChange: (name) => {
      const facts = server.settings.get(name);
      return facts !== undefined && isAsked(name) && barredBy(profile.managed, facts) === null;
    },
    fit: () => (fit ??= fitMemory(situation, sessionsWanted(situation))),
  };

  function isAsked(name: string): boolean {
    return asked === null || asked.has(name);
  }

  function inForce(name: string): number | string | null {
    const rule = RULES.get(name);
    const decided = rule === undefined ? null : decision(rule);
    if (decided !== null) return decided.value;
    const facts = situation.facts(name);
    return facts === null ? null : currentOf(facts);
  }

  function decision(rule: SettingRule): Decision | null {
    const known = decisions.get(rule.name);
    if (known !== undefined) return known;
    const facts = situation.facts(rule.name);
    const made =
      facts === null || !isAsked(rule.name)
        ? null
        : decide(rule, rule.wish(situation), facts, {
            barred: barredBy(profile.managed, facts),
            asked: asked !== null,
          });
    decisions.set(rule.name, made);
    return made;
  }

  return { situation, decision };
}
