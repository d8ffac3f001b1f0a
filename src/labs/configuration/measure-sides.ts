import type { RoundPair } from '../../measure/servers/changes.ts';
import { sumOfCounters } from '../../measure/servers/counters.ts';
import { readCountedServer } from '../../pg/catalog/counted-server.ts';
import { readSettingFacts } from '../../pg/catalog/tuning-server.ts';
import type { ServerFinding } from '../../tuning/findings/finding.ts';
import { serverFindings } from '../../tuning/findings/index.ts';
import type { SettingContext } from '../../tuning/setting.ts';
import { changedPlans, countPlansBySetting, readPlans } from './plans.ts';
import { takeRoundPairs, warmUp, type OpenSides, type Stage } from './stage.ts';

/** What two servers show while both run. */
export interface MeasuredSides {
  readonly reports: OpenSides['reports'];
  readonly pairs: readonly RoundPair[];
  readonly findings: readonly ServerFinding[];
  /** Positions of the statements that are planned in another way. */
  readonly changedPlans: readonly number[];
  /** Settings that were proposed and that the servers have at different values. */
  readonly changed: ReadonlyMap<string, ChangedSetting>;
  /** By setting that plans depend on: how many of them. */
  readonly plansBySetting: ReadonlyMap<string, number>;
}

interface ChangedSetting {
  /** In the setting's own unit, as `pg_settings` has them. */
  readonly before: string;
  readonly after: string;
  readonly context: SettingContext;
}

export async function measureSides(
  stage: Stage,
  sides: OpenSides,
  length: number,
  atMs: number,
): Promise<MeasuredSides> {
  const { before, after, reports } = sides;
  const { statements } = stage.workload;
  await warmUp(stage, sides, length);
  const pairs = await takeRoundPairs(stage, sides, length, { fewest: stage.plan.fewestPairs, atMs });
  const counted = await readCountedServer(before.session);
  const counters = sumOfCounters(pairs.map((pair) => pair.before.counted)) ?? counted.counters;
  const changed = await readChanged(sides);
  return {
    reports,
    pairs,
    findings: serverFindings({ ...counted, counters }),
    changed,
    changedPlans: changedPlans(
      await readPlans(before.session, statements),
      await readPlans(after.session, statements),
    ),
    plansBySetting: await countPlansBySetting(sides, statements, changed),
  };
}

/** Of the settings that were proposed, those that make the two servers different. */
async function readChanged({ before, after, reports }: OpenSides): Promise<MeasuredSides['changed']> {
  const [earlier, later] = [await readSettingFacts(before.session), await readSettingFacts(after.session)];
  return new Map(
    Object.keys(reports.after.tried).flatMap((name) => {
      const [one, other] = [earlier.get(name), later.get(name)];
      if (one === undefined || other === undefined || one.value === other.value) return [];
      return [[name, { before: one.value, after: other.value, context: other.context }] as const];
    }),
  );
}
