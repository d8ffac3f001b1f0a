import type { Storage } from '../profile.ts';

/** What a short probe has measured: reads of 8 kB at random places, past the page cache. */
export interface ReadProbe {
  /** Of the server's data, or one that was written for it: a drive may have that in its own cache. */
  readonly file: 'data' | 'temporary';
  /** One after the other: how many, and the median time of each. */
  readonly reads: number;
  readonly medianMs: number;
  /** So many at once: how many came in a second. */
  readonly depth: number;
  readonly readsPerSecond: number;
}

/** Reads that the server has timed itself. */
export interface TimedReads {
  readonly count: number;
  readonly totalMs: number;
}

/** No device answers that fast; memory takes 0.003 ms through this program (measured on tmpfs). */
const CACHE_BELOW_MS = 0.01;
/** Flash takes 0.05 to 0.2 ms, what is behind a network 0.3 to 2 ms. */
const NETWORK_FROM_MS = 0.3;
/** Half a turn of the fastest disks, at 15,000 a minute, is 2 ms. */
const TURNING_FROM_MS = 2;
/** SATA moves 600 MB/s, which is 73,000 blocks of 8 kB; only NVMe moves more. */
const NVME_FROM_PER_SECOND = 75_000;
/** One arm serves sixteen at once up to some four times as fast; a service that is merely slow, sixteen times. */
const MANY_ARMS_FROM = 6;
/** Fewer reads say nothing. */
const LEAST_TIMED = 1000;

/** The class that a probe shows; null where a cache has answered. */
export function classOfProbe({ medianMs, readsPerSecond }: ReadProbe): Storage | null {
  if (medianMs < CACHE_BELOW_MS) return null;
  if (medianMs < NETWORK_FROM_MS) return readsPerSecond >= NVME_FROM_PER_SECOND ? 'nvme' : 'ssd';
  if (medianMs < TURNING_FROM_MS) return 'san';
  return readsPerSecond >= (MANY_ARMS_FROM * 1000) / medianMs ? 'san' : 'hdd';
}

/**
 * The class that the server's own times suggest; null where they are too few. The cache of its operating system answers
 * some of them, so the storage is no faster than it seems.
 */
export function classOfTimedReads({ count, totalMs }: TimedReads): Storage | null {
  if (count < LEAST_TIMED) return null;
  const meanMs = totalMs / count;
  if (meanMs >= TURNING_FROM_MS) return 'hdd';
  return meanMs >= NETWORK_FROM_MS ? 'san' : 'ssd';
}

/** `8 kB at random in 0.06 ms (median of 4,096), 41,500 in a second with 16 at once`. */
export function probeText({ reads, medianMs, depth, readsPerSecond }: ReadProbe): string {
  const rate = Number(readsPerSecond.toPrecision(3)).toLocaleString('en-US');
  const median = `${Number(medianMs.toPrecision(2))} ms (median of ${reads.toLocaleString('en-US')})`;
  return `8 kB at random in ${median}, ${rate} in a second with ${depth} at once`;
}
