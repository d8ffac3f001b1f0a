import { formatBytes } from '../report/format.ts';
import type { ServerCapacity, Term } from './facts.ts';
import type { Load } from './load.ts';

/** What a session takes beside its `work_mem`: caches of the catalog, plans, buffers of the protocol. */
const SESSION_BYTES = 5 * 1024 ** 2;
/** Sorts and hashes of a statement that are filled at the same time, for short statements. */
const NODES = 1.5;
const GIGABYTE = 1024 ** 3;

/** A bound of what the server serves well, with what it was computed from. */
export interface Supply {
  /** Null where neither cores nor memory are known. */
  readonly connections: number | null;
  readonly terms: readonly Term[];
  /** Whether the memory does not even bear the settings as they are. */
  readonly memoryShort: boolean;
}

/**
 * Connections beyond which the server gains nothing: by its cores (the larger of the PostgreSQL wiki's rule and
 * Cybertec's formula), and no more than its memory bears.
 *
 * The wiki's rule takes statements for busy all the time; Cybertec's divides by the share in which they are. A server
 * whose sessions mostly sit idle in their transactions bears more of them than its cores alone would say.
 */
export function supplyOf(server: ServerCapacity, load: Load): Supply {
  const cores = server.cpus === null ? [] : coreTerms(server.cpus, load);
  const memory = memoryTerm(server);
  const byCores = cores.length === 0 ? null : Math.max(...cores.map(({ value }) => value));
  const bounds = [byCores, memory?.value ?? null].filter((bound) => bound !== null);
  return {
    connections: bounds.length === 0 ? null : Math.max(1, Math.min(...bounds)),
    terms: [...cores, ...(memory === null ? [] : [memory])],
    memoryShort: memory !== null && memory.value < 1,
  };
}

function coreTerms(cpus: number, { busyRatio, parallelism, cached }: Load): Term[] {
  const spindles = cached === true ? 0 : 1;
  const perStatement = Math.max(1, parallelism);
  const shared = perStatement === 1 ? '' : ` ÷ ${perStatement.toFixed(1)} processes for each statement`;
  const terms: Term[] = [
    {
      name: 'by cores',
      value: Math.max(1, Math.floor((2 * cpus + spindles) / perStatement)),
      unit: 'connections',
      formula: `(2 × ${cpus} cores + ${spindles}${spindles === 0 ? ', as all is cached' : ' volume'})${shared}`,
      source: 'PostgreSQL wiki, Number Of Database Connections: cores × 2 + effective spindles',
    },
  ];
  if (busyRatio === null || busyRatio === 0) return terms;
  return [
    ...terms,
    {
      name: 'by busy ratio',
      value: Math.max(1, Math.floor(cpus / (busyRatio * perStatement))),
      unit: 'connections',
      formula: `${cpus} cores ÷ ${busyRatio.toFixed(2)} of the held time busy${shared}`,
      source:
        'Cybertec, Tuning max_connections: max(cores, parallel I/O) ÷ (session busy ratio × parallelism), the I/O not being known',
    },
  ];
}

/** What is left of the memory, divided by what a session may take. */
function memoryTerm(server: ServerCapacity): Term | null {
  const { memoryBytes, sharedBuffersBytes, workMemBytes, hashMemMultiplier } = server;
  if (memoryBytes === null) return null;
  const systemBytes = memoryBytes < 4 * GIGABYTE ? 0.15 * memoryBytes : Math.max(GIGABYTE, 0.1 * memoryBytes);
  const maintenanceBytes = server.maintenanceWorkMemBytes + server.autovacuumBytes;
  const leftBytes = memoryBytes - sharedBuffersBytes - systemBytes - maintenanceBytes;
  const sessionBytes = workMemBytes * hashMemMultiplier * NODES + SESSION_BYTES;
  return {
    name: 'by memory',
    value: Math.max(0, Math.floor(leftBytes / sessionBytes)),
    unit: 'connections',
    formula: `${formatBytes(Math.max(0, leftBytes))} left of ${formatBytes(memoryBytes)} ÷ (${formatBytes(workMemBytes)} work_mem × ${hashMemMultiplier} × ${NODES} + ${formatBytes(SESSION_BYTES)})`,
    source:
      'memory without shared_buffers, maintenance and the system, by the memory that a session may take',
  };
}
