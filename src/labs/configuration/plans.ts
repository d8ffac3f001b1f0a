import { isSamePlan } from '../../explain/shape.ts';
import type { WorkloadStatement } from '../../measure/servers/workload.ts';
import { EXPLAIN, readOnly } from '../../pg/execute.ts';
import type { Session } from '../../pg/session.ts';
import type { SettingContext } from '../../tuning/setting.ts';

/** How statements are planned, in their order. */
type Plans = readonly unknown[];

/** A plan takes no time that would count; one that does has so many joins that no setting is to blame. */
const PLANNING_TIMEOUT_MS = 10_000;

/** How statements are planned in a session with some settings, in a transaction that changes nothing. */
export function readPlans(
  session: Session,
  statements: readonly WorkloadStatement[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Plans> {
  return readOnly(
    session,
    PLANNING_TIMEOUT_MS,
    async () => {
      const plans: unknown[] = [];
      for (const { sql, values } of statements) {
        const [row] = await session.query<{ 'QUERY PLAN': unknown }>(`${EXPLAIN.estimate} ${sql}`, values);
        plans.push(row?.['QUERY PLAN']);
      }
      return plans;
    },
    settings,
  );
}

/** Positions of the statements that are planned in another way. */
export function changedPlans(one: Plans, other: Plans): number[] {
  return one.flatMap((plan, at) => (isSamePlan(plan, other[at]) ? [] : [at]));
}

/**
 * How many plans depend on each of the settings that a session can set: with it alone, or without it alone, whichever
 * changes more. Some change a plan only together with others.
 */
export async function countPlansBySetting(
  {
    before,
    after,
  }: { readonly before: { readonly session: Session }; readonly after: { readonly session: Session } },
  statements: readonly WorkloadStatement[],
  changed: ReadonlyMap<
    string,
    { readonly before: string; readonly after: string; readonly context: SettingContext }
  >,
): Promise<ReadonlyMap<string, number>> {
  const plans = {
    before: await readPlans(before.session, statements),
    after: await readPlans(after.session, statements),
  };
  const counts = new Map<string, number>();
  for (const [name, values] of changed) {
    if (values.context !== 'user') continue;
    const added = await readPlans(before.session, statements, { [name]: values.after });
    const removed = await readPlans(after.session, statements, { [name]: values.before });
    const [one, other] = [changedPlans(plans.before, added), changedPlans(plans.after, removed)];
    counts.set(name, Math.max(one.length, other.length));
  }
  return counts;
}
