import type { ServerCounters } from '../../measure/servers/counters.ts';

/** A server at work, by what it has counted. */
export interface CountedServer {
  readonly counters: ServerCounters;
  /** Bytes of shared memory for blocks (`shared_buffers`). */
  readonly bufferBytes: number;
  /** Tables and indexes that were read since the server began to count; null where nobody looked. */
  readonly workingSetBytes: number | null;
  /** `off`, or how whole pages are compressed. */
  readonly walCompression: string;
}

/** Something that a server's counters show to be configured too small, or not at all. */
export interface ServerFinding {
  readonly id: string;
  /** What was counted, in words. */
  readonly message: string;
  readonly advice: string;
  /** Settings that are about it, the likeliest first. */
  readonly settings: readonly string[];
  /** The numbers behind it, by what they are. */
  readonly numbers: Readonly<Record<string, number>>;
}

export type ServerFindingRule = (server: CountedServer) => ServerFinding | null;
