import type { Change } from '../change.ts';

/** What a change asks of people and of the server, in the order in which it weighs; compared from left to right. */
export type Burden = readonly [sort: number, adoptions: number, bytes: number];

/** Settings that switch a way of execution off: a last resort, since they hit every other statement of the session. */
const SWITCH = /^enable_/;

/**
 * Statistics cost nothing to keep, another text nothing to run, memory is there for a moment, an index is paid for with
 * every write, and a planner switch is a patch over a wrong estimate. Among equals what nobody has to adopt comes
 * first, then what is smaller.
 */
export function burdenOf(change: Change, sizeBytes: number): Burden {
  const names = Object.keys(change.session ?? {});
  const sorts = [
    ...(change.steps.length === 0 ? [] : [1]),
    ...(change.rewrite === undefined ? [] : [2]),
    ...(names.length === 0 ? [] : [names.some((name) => SWITCH.test(name)) ? 5 : 3]),
    ...(change.steps.some(({ builds }) => builds !== null) ? [4] : []),
  ];
  const adoptions = (change.rewrite === undefined ? 0 : 1) + names.length;
  return [Math.max(0, ...sorts), adoptions, sizeBytes];
}

export function compareBurdens(one: Burden, other: Burden): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}
