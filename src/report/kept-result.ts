import type { KeptResult } from '../measure/cached-calls.ts';
import { formatBytes, formatCount, formatMs } from './format.ts';

/** `for 300 s` */
export function keptFor({ ttlSeconds }: Pick<KeptResult, 'ttlSeconds'>): string {
  return ttlSeconds === null ? 'for as long as it may be old' : `for ${ttlSeconds} s`;
}

/** `by the values of $1 and $2` */
export function keptBy({ parameters }: Pick<KeptResult, 'parameters'>): string {
  if (parameters.length === 0) return 'as one result';
  const [last, ...others] = parameters.toReversed();
  if (others.length === 0) return `by the value of ${last}`;
  return `by the values of ${others.toReversed().join(', ')} and ${last}`;
}

/**
 * What people should know of a result that is to be kept: how large it is, and what that saves, as far as it can be computed
 * of what was measured.
 * @param hasConstants whether the statement has some, with which the server counts others as the same
 */
export function notesOfKept(
  kept: KeptResult,
  { hasConstants }: { readonly hasConstants: boolean },
): string[] {
  const { rows, bytes, counted, keys, saving } = kept;
  const size = `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}, ${formatBytes(bytes)} at most for one of the measured sets`;
  if (counted === null)
    return [size, 'how often it is called is not known here, so what that saves is not computed'];
  const { calls, callsPerSecond, meanMs } = counted;
  const rate = `${formatCount(calls)} calls were counted, ${formatRate(callsPerSecond)} of ${formatMs(meanMs)} each`;
  if (saving === null) {
    const unknown =
      keys === null
        ? 'how often the same values come again is not known'
        : 'how old a result may be is not said';
    return [size, `${rate}; ${unknown}, so what that saves is not computed`];
  }
  const among = keys === null || keys === 1 ? '' : ` among ${formatCount(keys)} sets of values`;
  const constants = hasConstants ? ', if all of these have its constants' : '';
  return [
    size,
    `${rate}; computed, not measured: at least ${formatCount(saving.hitsPerHour)} calls an hour find their result${among}, which saves ${formatTime(saving.savedMsPerHour)} of execution an hour${constants}`,
  ];
}

/** `4.2 a second`, `7 an hour` */
function formatRate(perSecond: number): string {
  if (perSecond >= 0.1) return `${perSecond.toLocaleString('en-US', { maximumFractionDigits: 1 })} a second`;
  return `${formatCount(perSecond * 3_600)} an hour`;
}

function formatTime(ms: number): string {
  return ms < 10_000 ? formatMs(ms) : `${formatCount(ms / 1_000)} s`;
}
