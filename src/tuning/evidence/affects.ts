import type { CounterName } from '../../measure/servers/counters.ts';

interface Affected {
  readonly counters: readonly CounterName[];
  /** One of these has moved wherever it has moved the others. */
  readonly through?: readonly CounterName[];
}

const SPILLS: Affected = { counters: ['tempBytes', 'tempFiles'] };
const CACHE: Affected = { counters: ['blocksRead', 'evictions'] };
/** Each checkpoint makes the next change of a page a whole page in the log. */
const CHECKPOINTS: Affected = {
  counters: ['walImages', 'walBytes', 'checkpointsRequested'],
  through: ['walImages', 'checkpointsRequested'],
};

/**
 * The counters that a setting can move without changing a plan. What is not here moves none of them: it is about times,
 * about work that no workload of minutes brings about, or about plans, which are looked at themselves.
 */
const AFFECTS: Readonly<Record<string, Affected>> = {
  work_mem: SPILLS,
  hash_mem_multiplier: SPILLS,
  shared_buffers: CACHE,
  wal_compression: { counters: ['walBytes'] },
  wal_buffers: { counters: ['walBuffersFull'] },
  wal_level: { counters: ['walBytes'] },
  max_wal_size: CHECKPOINTS,
  checkpoint_timeout: CHECKPOINTS,
  checkpoint_completion_target: CHECKPOINTS,
};

/** Of the counters that have moved, those that a setting may have moved. */
export function affectedBy(name: string, moved: readonly CounterName[]): CounterName[] {
  const { counters = [], through } = AFFECTS[name] ?? {};
  if (through !== undefined && !through.some((counter) => moved.includes(counter))) return [];
  return counters.filter((counter) => moved.includes(counter));
}
