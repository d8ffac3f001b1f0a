/**
 * What a server counts of its own work, since it began to count or between two looks. Counts of one database where the
 * server keeps them so (`pg_stat_database`), else of the whole server.
 */
export interface ServerCounters {
  /** Blocks of tables and indexes that were found in shared memory, and that had to be read into it. */
  readonly blocksHit: number;
  readonly blocksRead: number;
  /** Blocks that had to leave shared memory for others (`pg_stat_io`, `evictions` of clients). Since 16; 0 before. */
  readonly evictions: number;
  /** Files that sorts and hash tables were written to for want of `work_mem`, and their bytes. */
  readonly tempFiles: number;
  readonly tempBytes: number;
  readonly walBytes: number;
  readonly walRecords: number;
  /** Whole pages that went into the log, since each was changed for the first time after a checkpoint. */
  readonly walImages: number;
  /** Times that the log was written because its buffers were full. */
  readonly walBuffersFull: number;
  /** Checkpoints that came before their time, and that came in time. */
  readonly checkpointsRequested: number;
  readonly checkpointsTimed: number;
  /** Since 18; 0 before. */
  readonly parallelWorkersPlanned: number;
  readonly parallelWorkersLaunched: number;
}

export type CounterName = keyof ServerCounters | 'blocksTouched';

/** How a counter is read by people, and which way is better. */
export interface CounterSpec {
  readonly name: CounterName;
  readonly of: (counted: ServerCounters) => number;
  /** `temporary bytes`. */
  readonly label: string;
  readonly unit: 'blocks' | 'bytes' | 'count';
  /** Null where neither is: it explains another one. */
  readonly better: 'less' | 'more' | null;
  /** A difference for each transaction that is none, whatever the ratio: what a server does for itself. */
  readonly least: number;
}

type Spec = Omit<CounterSpec, 'name' | 'of'> & { readonly name: keyof ServerCounters };

const counted = (spec: Spec): CounterSpec => ({ ...spec, of: (counters) => counters[spec.name] });

/** In the order in which they are told. The first is what a reader asks for first. */
export const COUNTERS: readonly CounterSpec[] = [
  counted({ name: 'tempBytes', label: 'temporary bytes', unit: 'bytes', better: 'less', least: 16 }),
  counted({ name: 'tempFiles', label: 'temporary files', unit: 'count', better: 'less', least: 0.001 }),
  counted({ name: 'blocksRead', label: 'blocks read', unit: 'blocks', better: 'less', least: 0.2 }),
  counted({ name: 'blocksHit', label: 'blocks found in memory', unit: 'blocks', better: null, least: 1 }),
  {
    name: 'blocksTouched',
    label: 'blocks touched',
    unit: 'blocks',
    better: 'less',
    least: 1,
    of: ({ blocksHit, blocksRead }) => blocksHit + blocksRead,
  },
  counted({ name: 'evictions', label: 'blocks evicted', unit: 'blocks', better: 'less', least: 0.2 }),
  counted({ name: 'walBytes', label: 'bytes of log', unit: 'bytes', better: 'less', least: 64 }),
  counted({ name: 'walImages', label: 'whole pages in the log', unit: 'count', better: 'less', least: 0.02 }),
  counted({ name: 'walRecords', label: 'records of log', unit: 'count', better: null, least: 0.2 }),
  counted({
    name: 'walBuffersFull',
    label: 'times that buffers of the log were full',
    unit: 'count',
    better: 'less',
    least: 0.02,
  }),
  counted({
    name: 'checkpointsRequested',
    label: 'checkpoints before their time',
    unit: 'count',
    better: 'less',
    least: 0.0005,
  }),
  counted({
    name: 'parallelWorkersLaunched',
    label: 'parallel workers',
    unit: 'count',
    better: null,
    least: 0.005,
  }),
];

/** What was counted between two looks; null where the server began anew in between. */
export function countedBetween(earlier: ServerCounters, later: ServerCounters): ServerCounters | null {
  const entries = Object.entries(later).map(
    ([name, value]) => [name, value - earlier[name as keyof ServerCounters]] as const,
  );
  return entries.some(([, value]) => value < 0)
    ? null
    : (Object.fromEntries(entries) as unknown as ServerCounters);
}

/** What was counted in several spans of time. */
export function sumOfCounters(spans: readonly ServerCounters[]): ServerCounters | null {
  const [first, ...others] = spans;
  if (first === undefined) return null;
  const names = Object.keys(first) as (keyof ServerCounters)[];
  const total = (name: keyof ServerCounters) => others.reduce((sum, span) => sum + span[name], first[name]);
  return Object.fromEntries(names.map((name) => [name, total(name)])) as unknown as ServerCounters;
}
