import type { CounterChange } from '../../measure/servers/changes.ts';
import type { CounterName } from '../../measure/servers/counters.ts';
import { affectedBy } from './affects.ts';

/** Whether a setting of a configuration has shown that it does something. */
export type SettingEvidence = MeasuredSetting | RuledSetting;

/** A counter moved with it, for each transaction, or plans did: `before` is then 0, `after` how many. */
export interface MeasuredSetting {
  readonly name: string;
  readonly evidence: 'measured';
  readonly counter: CounterName | 'plans';
  readonly label: string;
  readonly unit: CounterChange['unit'];
  readonly before: number;
  readonly after: number;
  /** after / before; null where nothing was counted before. */
  readonly ratio: number | null;
  /** Whether that is good; null where the counter does not say. */
  readonly better: boolean | null;
  /** Other settings without which it was not seen; empty where it was tried alone. */
  readonly together: readonly string[];
}

interface RuledSetting {
  readonly name: string;
  readonly evidence: 'by-rule';
  readonly why: string;
}

/** Settings that may have moved a counter, to be tried alone. */
export interface Suspicion {
  readonly name: string;
  readonly counters: readonly CounterName[];
}

/** What another plan can move. */
const BY_PLANS: readonly CounterName[] = [
  'blocksTouched',
  'blocksRead',
  'evictions',
  'tempBytes',
  'tempFiles',
];

/**
 * What of the changed settings may be behind what the counters did: by what a setting is for, or by the plans that it
 * changes.
 * @param plans by setting, how many plans it changes
 */
export function suspicions(
  changed: readonly string[],
  changes: readonly CounterChange[],
  plans: ReadonlyMap<string, number>,
): Suspicion[] {
  const moved = changes.filter(({ better }) => better !== null).map(({ counter }) => counter);
  return changed.flatMap((name) => {
    const byPlans = (plans.get(name) ?? 0) > 0 ? BY_PLANS.filter((counter) => moved.includes(counter)) : [];
    const counters = [...new Set([...affectedBy(name, moved), ...byPlans])];
    return counters.length === 0 ? [] : [{ name, counters }];
  });
}

/** A setting that nobody shares its counters with: the whole configuration has tried it already. */
export function isOnlySuspect({ name, counters }: Suspicion, all: readonly Suspicion[]): boolean {
  return all.every(
    (other) => other.name === name || !other.counters.some((counter) => counters.includes(counter)),
  );
}

/** What a trial shows of a setting: the first of its counters that moved as it did with the whole configuration. */
export function shownBy(
  { name, counters }: Suspicion,
  alone: readonly CounterChange[],
  whole: readonly CounterChange[],
  together: readonly string[] = [],
): MeasuredSetting | null {
  const verdictOf = (counter: CounterName) => whole.find((change) => change.counter === counter)?.verdict;
  const found = alone.find(
    ({ counter, verdict }) =>
      counters.includes(counter) && verdict !== 'same' && verdict === verdictOf(counter),
  );
  if (found === undefined) return null;
  const { counter, label, unit, before, after, ratio, better } = found;
  return { name, evidence: 'measured', counter, label, unit, before, after, ratio, better, together };
}

/** Plans that a planner setting changes; null where it changes none. */
export function shownByPlans(name: string, plans: number): MeasuredSetting | null {
  if (plans === 0) return null;
  const label = plans === 1 ? 'plan changes' : 'plans change';
  return {
    name,
    evidence: 'measured',
    counter: 'plans',
    label,
    unit: 'count',
    before: 0,
    after: plans,
    ratio: null,
    better: null,
    together: [],
  };
}

/**
 * Counters that moved with the whole and with no single setting: those that may be behind them are shown together.
 * @param shown what single settings have shown
 */
export function shownTogether(
  suspected: readonly Suspicion[],
  whole: readonly CounterChange[],
  shown: readonly MeasuredSetting[],
): MeasuredSetting[] {
  const isShown = (name: string) => shown.some((one) => one.name === name);
  const explained = new Set(suspected.flatMap(({ name, counters }) => (isShown(name) ? counters : [])));
  const open = whole.filter(({ counter, better }) => better !== null && !explained.has(counter));
  return suspected
    .filter(({ name }) => !isShown(name))
    .flatMap((suspicion) => {
      const others = suspected
        .filter(
          ({ name, counters }) =>
            name !== suspicion.name && counters.some((one) => suspicion.counters.includes(one)),
        )
        .map(({ name }) => name);
      return shownBy(suspicion, open, whole, others) ?? [];
    });
}
