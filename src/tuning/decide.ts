import { formatSetting } from './format-setting.ts';
import type { SettingRule, Wish } from './rule.ts';
import type { SettingFacts } from './setting.ts';
import { fromBase, readableBytes, scaleOf, toBase } from './units.ts';

/** What becomes of a setting: a new value, or the one that stands. */
export type Decision =
  | {
      readonly kind: 'set';
      /** Bytes, milliseconds or a count where the setting is a number; else the word. */
      readonly value: number | string;
      /** As `postgresql.conf` takes it. */
      readonly text: string;
      readonly why: string;
    }
  | {
      readonly kind: 'stay';
      readonly value: number | string;
      /** Why the rule's value is not taken; null where there is nothing to say. */
      readonly because: string | null;
    };

/** What may be done with a setting, besides what its rule wants. */
export interface Leave {
  /** Why it cannot be set on this server; null where it can. */
  readonly barred: string | null;
  /** Whether somebody asked for it by name: then a value set by hand is no reason to keep silent. */
  readonly asked: boolean;
}

/** Weighs what a rule wants against what the server has. */
export function decide(rule: SettingRule, wish: Wish | null, facts: SettingFacts, leave: Leave): Decision {
  const current = currentOf(facts);
  const stay = (because: string | null): Decision => ({ kind: 'stay', value: current, because });
  if (wish === null) return stay(null);
  const wanted = withinBounds(wish, facts);
  if (wanted === null) return stay(`this server does not take ${wish.value}`);
  if (isSame(wanted.value, current)) return stay(null);
  if (leave.barred !== null) return stay(leave.barred);
  const text = textOf(wanted.value, facts);
  if (isSetByHand(facts)) {
    if (!leave.asked && respects(rule, wish, wanted.value, current))
      return stay(`set by hand to ${textOf(current, facts)}, which is respected; the rule says ${text}`);
    return {
      kind: 'set',
      text,
      ...wanted,
      why: `${wanted.why}; set by hand to ${textOf(current, facts)} before`,
    };
  }
  return { kind: 'set', text, ...wanted };
}

/** Numbers in bytes, milliseconds or as a count; anything else as it is. */
export function currentOf(facts: SettingFacts): number | string {
  return isNumeric(facts) ? toBase(Number(facts.value), facts) : facts.value;
}

/** Written somewhere by somebody, and not merely the default written down, as `initdb` does. */
function isSetByHand({ source, value, boot }: SettingFacts): boolean {
  return source !== 'default' && source !== 'override' && value !== boot;
}

function isNumeric({ type }: SettingFacts): boolean {
  return type === 'integer' || type === 'real';
}

/** What the rule wants, in the setting's own steps, range and words; null where the server has no such word. */
function withinBounds(wish: Wish, facts: SettingFacts): { value: number | string; why: string } | null {
  if (typeof wish.value === 'string') {
    const known = facts.allowed === null || facts.allowed.includes(wish.value);
    return known ? { value: wish.value, why: wish.why } : null;
  }
  const boot = toBase(Number(facts.boot), facts);
  const value = toBase(inSteps(wish.value, facts), facts);
  if (value >= boot) return { value, why: wish.why };
  if (wish.below !== undefined) return { value, why: `${wish.why}; less than the default, ${wish.below}` };
  return { value: boot, why: `${wish.why}, but no less than the default` };
}

/** In units of the setting. */
function inSteps(base: number, facts: SettingFacts): number {
  const rounded = scaleOf(facts).kind === 'bytes' && base > 0 ? readableBytes(base) : base;
  const inUnit = fromBase(rounded, facts);
  const whole = facts.type === 'integer' ? Math.floor(inUnit) : Number(inUnit.toPrecision(6));
  return Math.min(Number(facts.max ?? Infinity), Math.max(Number(facts.min ?? -Infinity), whole));
}

function textOf(value: number | string, facts: SettingFacts): string {
  return typeof value === 'number' ? formatSetting(String(fromBase(value, facts)), facts) : value;
}

function isSame(wanted: number | string, current: number | string): boolean {
  if (typeof wanted === 'number' && typeof current === 'number')
    return Math.abs(wanted - current) <= 1e-9 * Math.abs(wanted);
  return wanted === current;
}

function respects(
  { handSet }: SettingRule,
  wish: Wish,
  wanted: number | string,
  current: number | string,
): boolean {
  if (handSet === 'keep') return true;
  if (handSet === 'replace' || typeof wanted !== 'number' || typeof current !== 'number') return false;
  return current > wanted && current <= (wish.ceiling ?? Infinity);
}
