import type { HardwareProfile, WorkloadKind } from './profile.ts';
import type { Situation } from './rule.ts';
import { sharedMemoryBytes } from './shared-memory.ts';
import { GB, MB } from './units.ts';

/** How much a kind of work uses at the same time. */
interface Load {
  /** Sessions that work at the same time, for each core. */
  readonly activePerCore: number;
  /** Sorts and hash tables that a statement has at the same time, on average. */
  readonly nodes: number;
  /** Part of the memory that is left over which the formula gives to sorts and hash tables. */
  readonly share: number;
  /** The most `work_mem` that a rule gives everybody; more belongs to single roles. */
  readonly mostWorkMem: number;
}

export const LOADS: Readonly<Record<WorkloadKind, Load>> = {
  web: { activePerCore: 4, nodes: 1.5, share: 0.5, mostWorkMem: 64 * MB },
  oltp: { activePerCore: 4, nodes: 1.5, share: 0.5, mostWorkMem: 32 * MB },
  mixed: { activePerCore: 3, nodes: 2, share: 0.5, mostWorkMem: 128 * MB },
  dw: { activePerCore: 2, nodes: 3, share: 0.6, mostWorkMem: 2 * GB },
  desktop: { activePerCore: 2, nodes: 2, share: 0.5, mostWorkMem: 32 * MB },
};

/** Expected use may be four fifths of the memory: the rest is the system's, and the page cache's. */
export const EXPECTED_SHARE = 0.8;
/** Of a session, with the caches of its catalog; a fresh one has 1.2 MB to itself (measured on 18.4). */
const SESSION_BYTES = 5 * MB;

/** What a server with these settings takes, and at most can take, in bytes. */
export interface MemoryTotals {
  /** Working sessions with as many sorts and hash tables as are usual. */
  readonly expectedBytes: number;
  /** Every session and every parallel worker with one hash table as large as it may be; no less than is expected. */
  readonly stressBytes: number;
  /** The same with as many as are usual in a statement. Nothing bounds it; it is said. */
  readonly pathologicalBytes: number;
  readonly terms: MemoryTerms;
}

/** What the totals are made of. */
interface MemoryTerms {
  readonly sharedBytes: number;
  /** `autovacuum_max_workers × autovacuum_work_mem + maintenance_work_mem`. */
  readonly maintenanceBytes: number;
  /** `sessions × 5 MB`. */
  readonly connectionBytes: number;
  /** `(active + workers) × nodes × hash_mem_multiplier × work_mem`. */
  readonly workBytes: number;
  readonly sessions: number;
  readonly active: number;
  /** `max_parallel_workers`. */
  readonly workers: number;
  readonly nodes: number;
  readonly hashMemMultiplier: number;
  readonly workMemBytes: number;
  /** Kept for the system; not in the totals. */
  readonly systemBytes: number;
}

/** The totals for so many sessions with so much `work_mem`. */
export function memoryTotals(situation: Situation, sessions: number, workMemBytes: number): MemoryTotals {
  const terms = memoryTerms(situation, sessions, workMemBytes);
  const standing = terms.sharedBytes + terms.maintenanceBytes + terms.connectionBytes;
  const hashTables = (sessions + terms.workers) * terms.hashMemMultiplier * workMemBytes;
  const expectedBytes = standing + terms.workBytes;
  return {
    expectedBytes,
    // Where all sessions are expected to work, with more than one sort each, that is more.
    stressBytes: Math.max(expectedBytes, standing + hashTables),
    pathologicalBytes: standing + hashTables * terms.nodes,
    terms,
  };
}

function memoryTerms(situation: Situation, sessions: number, workMemBytes: number): MemoryTerms {
  const { profile } = situation;
  const { nodes } = LOADS[profile.workload];
  const active = activeSessions(profile, sessions);
  const workers = situation.number('max_parallel_workers', 8);
  const hashMemMultiplier = situation.number('hash_mem_multiplier', 1);
  return {
    sharedBytes: sharedMemoryBytes(situation, sessions),
    maintenanceBytes: maintenanceBytes(situation),
    connectionBytes: sessions * SESSION_BYTES,
    workBytes: (active + workers) * nodes * hashMemMultiplier * workMemBytes,
    sessions,
    active,
    workers,
    nodes,
    hashMemMultiplier,
    workMemBytes,
    systemBytes: systemBytes(profile.memoryBytes),
  };
}

function activeSessions({ workload, cpus }: HardwareProfile, sessions: number): number {
  return Math.min(sessions, Math.ceil(LOADS[workload].activePerCore * cpus));
}

function maintenanceBytes(situation: Situation): number {
  const maintenance = situation.number('maintenance_work_mem', 64 * MB);
  const autovacuum = situation.number('autovacuum_work_mem', -1);
  const workers = situation.number('autovacuum_max_workers', 3);
  return maintenance + workers * (autovacuum < 0 ? maintenance : autovacuum);
}

/** A tenth, but up to 1 GB more of a small machine: 15 %. */
export function systemBytes(memoryBytes: number): number {
  return Math.max(0.1 * memoryBytes, Math.min(0.15 * memoryBytes, GB));
}

/** What parallel workers may share at a time, in bytes: a hash table for each, but no more than a quarter of memory. */
export function dynamicSharedBytes(situation: Situation): number {
  const workers = situation.number('max_parallel_workers', 8);
  const each = situation.number('work_mem', 4 * MB) * situation.number('hash_mem_multiplier', 1);
  return Math.min(situation.profile.memoryBytes / 4, Math.max(256 * MB, workers * each));
}

/** The size of the data as far as it tells anything: a server is often set up before it is filled. */
export function tellingDataBytes({ dataBytes }: HardwareProfile): number | null {
  return dataBytes !== null && dataBytes >= GB ? dataBytes : null;
}
