import type { HardwareProfile } from './profile.ts';
import type { TuningServer } from './server.ts';
import type { SettingFacts, SettingGroup } from './setting.ts';

/** What is known when a rule is asked. */
export interface Situation {
  readonly profile: HardwareProfile;
  readonly server: TuningServer;
  /** Null where the server has no such setting, or does not show it. */
  facts(name: string): SettingFacts | null;
  /**
   * The number that will be in force, in bytes, milliseconds or as a count: what its rule gives, or what stands.
   * `absent` where the server has no such setting.
   */
  number(name: string, absent: number): number;
  /** The same of what is no number; null where the server has no such setting. */
  word(name: string): string | null;
  /** Whether it is there, may be set on this server, and is one of those that are asked for. */
  mayChange(name: string): boolean;
  /** Sessions and memory for each, so that all of it fits. */
  fit(): MemoryFit;
}

/** What a rule wants a setting to be. */
export interface Wish {
  /** Bytes, milliseconds or a count where the setting is a number; else the word. */
  readonly value: number | string;
  /** The formula in words with its numbers. */
  readonly why: string;
  /** Why it may be less than the version's default. Without it the default is the least. */
  readonly below?: string;
  /** The most that a value set by hand may be to be respected; see `HandSet`. */
  readonly ceiling?: number;
}

/**
 * What becomes of a value that somebody has set and that is not the default: `keep` respects it, `keep-larger` respects it
 * where it is more than the rule gives and no more than the ceiling, `replace` goes by the rule.
 */
type HandSet = 'keep' | 'keep-larger' | 'replace';

/** How one setting gets its value. */
export interface SettingRule {
  readonly name: string;
  /** For the documentation: the formula with its bounds, by workload or storage where those decide. */
  readonly formula: string;
  /** Where formula and bounds come from. */
  readonly source: string;
  readonly handSet: HandSet;
  /** Null where the setting stays as it is. */
  readonly wish: (situation: Situation) => Wish | null;
}

export interface RuleGroup {
  readonly group: SettingGroup;
  readonly rules: readonly SettingRule[];
}

/** How many sessions, and how much memory for each sort, fit into the memory that there is. */
export interface MemoryFit {
  /** False where no `work_mem` would do for sessions whose number cannot be changed. */
  readonly fits: boolean;
  /** `max_connections`. */
  readonly sessions: number;
  /** What was wanted of it. */
  readonly wanted: number;
  /** `work_mem` by the formula, brought down to what fits. */
  readonly workMemBytes: number;
  /** The most that fits with so many sessions. */
  readonly mostWorkMemBytes: number;
  /** What the formula gives to so many sessions, whether it fits or not. */
  readonly formulaWorkMemBytes: number;
  /** Sessions that are expected to work at the same time. */
  readonly active: number;
}
