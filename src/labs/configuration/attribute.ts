import { counterChanges, type CounterChange, type RoundPair } from '../../measure/servers/changes.ts';
import {
  isOnlySuspect,
  shownBy,
  shownByPlans,
  shownTogether,
  suspicions,
  type MeasuredSetting,
  type SettingEvidence,
  type Suspicion,
} from '../../tuning/evidence/evidence.ts';
import type { Configuration } from '../../tuning/start/configuration.ts';
import type { MeasuredSides } from './measure-sides.ts';
import { takeRoundPairs, warmUp, withOneServer, withServers, type OpenSides, type Stage } from './stage.ts';

/** The whole configuration, measured. */
export interface WholeComparison extends MeasuredSides {
  readonly before: Configuration;
  readonly after: Configuration;
  readonly counters: readonly CounterChange[];
  /** Pairs of equal servers. */
  readonly alike: readonly RoundPair[];
}

/** Counters are steady: two pairs that agree are enough for a single setting. */
const PAIRS = 2;

/**
 * Which of the settings do what the whole configuration does. A setting that nobody shares its counters with has been
 * tried with the whole; the others are tried one at a time: what a session can set by sessions on one server, in turns, the
 * rest on two servers. What shows nothing is by rule.
 */
export async function attribute(
  stage: Stage,
  whole: WholeComparison,
  { length, untilMs }: { readonly length: number; readonly untilMs: number },
): Promise<SettingEvidence[]> {
  const suspected = suspicions([...whole.changed.keys()], whole.counters, whole.plansBySetting);
  const plansAlike = whole.changedPlans.length === 0;
  const shown: MeasuredSetting[] = [];
  const untried = new Set<string>();
  for (const suspicion of suspected) {
    const isTried = plansAlike && isOnlySuspect(suspicion, suspected);
    if (!isTried && stage.clock() >= untilMs) {
      untried.add(suspicion.name);
      continue;
    }
    const changes = isTried ? whole.counters : await tryAlone(stage, whole, suspicion, length);
    const found = shownBy(suspicion, changes, whole.counters);
    if (found !== null) shown.push(found);
  }
  const measured = [
    ...shown,
    ...shownTogether(suspected, whole.counters, shown),
    ...[...whole.plansBySetting].flatMap(([name, plans]) => shownByPlans(name, plans) ?? []),
  ];
  return Object.keys(whole.after).map(
    (name) => measured.find((one) => one.name === name) ?? byRule(name, whole, untried.has(name)),
  );
}

async function tryAlone(
  stage: Stage,
  { before, after, reports, changed, alike }: WholeComparison,
  { name }: Suspicion,
  length: number,
): Promise<CounterChange[]> {
  const use = async (sides: Pick<OpenSides, 'before' | 'after'>) => {
    await warmUp(stage, sides, length);
    const pairs = await takeRoundPairs(stage, sides, length, { fewest: PAIRS, atMs: 0 });
    return counterChanges(pairs, alike);
  };
  const value = reports.after.tried[name] ?? after[name] ?? '';
  if (changed.get(name)?.context === 'user')
    return withOneServer(stage, before, { before: {}, after: { [name]: value } }, use);
  const setups = {
    before: { configuration: before },
    after: { configuration: { ...before, [name]: value } },
  };
  return withServers(stage, setups, use);
}

function byRule(name: string, { reports, changed }: WholeComparison, untried: boolean): SettingEvidence {
  const { refused, adapted } = reports.after;
  const told = (why: string): SettingEvidence => ({ name, evidence: 'by-rule', why });
  const refusal = refused.find((one) => one.name === name);
  if (refusal !== undefined) return told(refusal.message);
  const adaptation = adapted.find((one) => one.name === name);
  if (!changed.has(name)) return told(adaptation?.why ?? 'the server has it already');
  return told(untried ? 'the time to measure was over' : 'this workload shows no effect');
}
