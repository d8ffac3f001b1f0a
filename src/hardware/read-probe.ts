import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { median } from 'simple-statistics';
import type { ReadProbe } from '../tuning/hardware/storage-class.ts';
import type { ProbeFile } from './probe-file.ts';

/** PostgreSQL's block. */
const BLOCK_BYTES = 8192;
const DEPTH = 16;
/** Longer brings no other median, and shows on a disk that somebody waits for. */
const PHASE_MS = 500;
const MOST_READS = { alone: 4096, each: 2048 } as const;
const WARM_UP_READS = 16;

/**
 * How long a block takes to read alone, and how many come in a second where sixteen are asked for at once: at most a
 * second of reading, and 300 MB. The reads go past the page cache (`withProbeFile`); a drive's own cache may answer.
 */
export async function probeReads(file: ProbeFile, signal: AbortSignal): Promise<ReadProbe> {
  const readers: Worker[] = [];
  const interruption = new AbortController();
  const interrupted = once(signal, 'abort', { signal: interruption.signal }).then(() => {
    throw new Error('the reading was interrupted');
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([measure(file, readers), interrupted]);
  } finally {
    interrupted.catch(() => undefined);
    interruption.abort();
    await Promise.all(readers.map((reader) => reader.terminate()));
  }
}

/** @param readers gets each thread that is started, for whoever has to end it */
async function measure({ fd, bytes, kind }: ProbeFile, readers: Worker[]): Promise<ReadProbe> {
  const workerData = { fd, blocks: Math.floor(bytes / BLOCK_BYTES), blockBytes: BLOCK_BYTES };
  const start = async () => {
    const reader = new Worker(new URL('read-blocks.mjs', import.meta.url), { workerData, execArgv: [] });
    readers.push(reader);
    await once(reader, 'message');
  };
  await start();
  await ask(readers, { mostReads: WARM_UP_READS, mostMs: PHASE_MS });
  const [alone = []] = await ask(readers, { mostReads: MOST_READS.alone, mostMs: PHASE_MS });
  await Promise.all(Array.from({ length: DEPTH - 1 }, start));
  const together = await ask(readers, { mostReads: MOST_READS.each, mostMs: PHASE_MS });
  return {
    file: kind,
    reads: alone.length,
    medianMs: median(alone),
    depth: DEPTH,
    readsPerSecond: together.map(perSecond).reduce((sum, rate) => sum + rate, 0),
  };
}

/** Each reader's milliseconds, read by read. Rejects when one of them fails. */
async function ask(
  readers: readonly Worker[],
  task: { readonly mostReads: number; readonly mostMs: number },
): Promise<number[][]> {
  const answers = readers.map((reader) => once(reader, 'message') as Promise<[number[]]>);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  for (const reader of readers) reader.postMessage(task);
  return (await Promise.all(answers)).map(([times]) => times);
}

function perSecond(times: readonly number[]): number {
  const totalMs = times.reduce((sum, time) => sum + time, 0);
  return totalMs === 0 ? 0 : (times.length * 1000) / totalMs;
}
