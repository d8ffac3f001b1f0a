import type { PoolNote } from '../facts.ts';

export interface BouncerDemand {
  /** Connections to the server over all processes, as `sizePool` says. */
  readonly poolSize: number;
  /** What the server lets in at most. */
  readonly limit: number;
  /** Roles that come through it, each with a pool of its own. */
  readonly roles: number;
  /** Clients that are connected at the peak; null where nobody knows. */
  readonly clients: number | null;
  /** PgBouncer uses one core for each process. */
  readonly processes: number;
}

/** The numbers of each process. */
export interface BouncerSizes {
  readonly processes: number;
  readonly defaultPoolSize: number;
  readonly minPoolSize: number;
  readonly reservePoolSize: number;
  readonly maxDbConnections: number;
  readonly maxUserConnections: number;
  readonly maxClientConn: number;
  readonly fileDescriptors: number;
  /** In words with its numbers. */
  readonly fileDescriptorsWhy: string;
  /** To the server, of all processes and roles together, if every cap is reached. */
  readonly serverConnections: number;
  readonly notes: readonly PoolNote[];
}

/** Of the pool, for a client that has waited for too long: research found 10 to 25 % in use. */
const RESERVE_SHARE = 0.2;
/** Of the pool, kept open while there are clients. */
const READY_SHARE = 0.25;
/** A client that waits costs PgBouncer 2 kB (its page of features), so many are cheap. */
const CLIENTS_BY_RULE = 1_000;
/** For its log, its sockets, the name service and what is being opened and closed. */
const OTHER_DESCRIPTORS = 100;

/**
 * Divides connections among processes and roles so that no combination of caps exceeds what the server lets in, where
 * that is two or more: one for statements, and one for looking up passwords.
 */
export function bouncerSizes(demand: BouncerDemand): BouncerSizes {
  // Every process looks up passwords on a connection of its own.
  const processes = Math.max(1, Math.min(demand.processes, demand.poolSize, Math.floor(demand.limit / 2)));
  const usable = Math.max(processes, demand.limit - processes);
  const poolSize = Math.min(demand.poolSize, usable);
  const pool = Math.max(1, Math.floor(poolSize / processes));
  const reserve = Math.min(Math.ceil(pool * RESERVE_SHARE), Math.floor(usable / processes) - pool);
  const defaultPoolSize = Math.max(1, Math.floor(pool / demand.roles));
  const maxClientConn = clientsOf(demand.clients, processes);
  const maxDbConnections = pool + reserve + 1;
  return {
    processes,
    defaultPoolSize,
    minPoolSize: Math.floor(defaultPoolSize * READY_SHARE),
    reservePoolSize: reserve,
    maxDbConnections,
    maxUserConnections: pool + reserve,
    maxClientConn,
    // Its manual: clients, and for each role of each database a full pool; one more for the role that looks up passwords.
    fileDescriptors: maxClientConn + (defaultPoolSize + reserve) * (demand.roles + 1) + OTHER_DESCRIPTORS,
    fileDescriptorsWhy: `${maxClientConn} clients + (${defaultPoolSize} connections + ${reserve} in reserve) × (${demand.roles} ${demand.roles === 1 ? 'role' : 'roles'} + 1 that looks up passwords) + ${OTHER_DESCRIPTORS} for the log, sockets, names and what is being opened and closed`,
    serverConnections: processes * maxDbConnections,
    notes: notesOf(demand, processes, reserve),
  };
}

/** The kernel deals clients to the processes at random: a process gets more than its part by a few roots of it. */
function clientsOf(clients: number | null, processes: number): number {
  if (clients === null) return CLIENTS_BY_RULE;
  const part = clients / processes;
  return Math.ceil(processes === 1 ? part * 1.2 : part + 3 * Math.sqrt(part));
}

function notesOf(demand: BouncerDemand, processes: number, reserve: number): PoolNote[] {
  const notes: PoolNote[] = [];
  if (processes < demand.processes)
    notes.push({
      code: 'more-processes-than-connections',
      message: `${demand.poolSize} connections are too few for ${demand.processes} processes of PgBouncer: ${processes} instead`,
    });
  if (demand.limit < 2)
    notes.push({
      code: 'limit-reached',
      message: `the server lets in ${demand.limit}: PgBouncer needs two connections, one for statements and one for passwords`,
    });
  if (reserve === 0)
    notes.push({
      code: 'reserve-short',
      message: 'the server leaves no connection for a reserve: who waits, waits for the pool alone',
    });
  return notes;
}
