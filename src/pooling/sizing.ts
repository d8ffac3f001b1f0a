import type {
  ApplicationShape,
  ConnectionLimits,
  PoolNote,
  PoolNoteCode,
  ServerCapacity,
  Term,
} from './facts.ts';
import type { Load } from './load.ts';
import { deadlockFloorOf, formatRate, needOf } from './need.ts';
import { shareOf, type PoolShare } from './share.ts';
import { supplyOf } from './supply.ts';

export interface SizingFacts {
  readonly load: Load;
  readonly server: ServerCapacity;
  readonly limits: ConnectionLimits;
  readonly application: ApplicationShape;
}

/** How many connections to the server all pools together should have. */
export interface PoolSizing {
  readonly ok: true;
  readonly poolSize: number;
  /** Where the number comes from: the load that was seen, or a rule of thumb, as there was none. */
  readonly basis: 'measured' | 'by rule';
  /** At the 99th percentile; null where it cannot be known. */
  readonly need: number | null;
  /** Beyond which the server gains nothing; null where neither cores nor memory are known. */
  readonly supply: number | null;
  /** What the server's own limits leave for these pools. */
  readonly limit: number;
  /** The load asks for more than the server serves well: a larger pool would make it slower, not faster. */
  readonly saturated: boolean;
  readonly share: PoolShare;
  readonly terms: readonly Term[];
  readonly notes: readonly PoolNote[];
}

/** Why there is no number, and what would help. */
export interface PoolUnsized {
  readonly ok: false;
  readonly code: 'pool-needs-cores' | 'pool-needs-connections';
  readonly message: string;
  readonly terms: readonly Term[];
}

/**
 * Sizes the pools of an application: what it needs, at least what keeps its tasks from waiting for each other, at most
 * what the server serves well and lets in.
 */
export function sizePool(facts: SizingFacts): PoolSizing | PoolUnsized {
  const { load, server, limits, application } = facts;
  const need = needOf(load);
  const supply = supplyOf(server, load);
  const floor = deadlockFloorOf(application);
  const limit = limitOf(limits, application, load);
  const least = leastOf(server.cpus);
  const terms = [need, ...supply.terms, least, floor, limit].filter((term) => term !== null);
  if (limit.value < 1) return withoutConnections(limits, limit, terms);
  if (need === null && server.cpus === null) return withoutCores(terms);

  const wanted = Math.max(need?.value ?? supply.connections ?? 1, least?.value ?? 1);
  const served = Math.min(wanted, supply.connections ?? wanted);
  const kept = Math.max(served, floor?.value ?? 1);
  const poolSize = Math.min(kept, limit.value);
  const saturated = need !== null && supply.connections !== null && need.value > supply.connections;
  const share = shareOf(poolSize, application.processes);
  return {
    ok: true,
    poolSize,
    basis: need === null ? 'by rule' : 'measured',
    need: need?.value ?? null,
    supply: supply.connections,
    limit: limit.value,
    saturated,
    share,
    terms,
    notes: [
      ...load.notes,
      ...notesOn({
        'need-unknown': need === null && needUnknown(load),
        'cores-unknown':
          server.cpus === null &&
          'the machine’s cores are not known: what the server serves well is not bounded by them',
        'memory-short':
          supply.memoryShort &&
          'the memory does not bear shared_buffers, maintenance and the system as they are set: lower them first',
        saturated:
          saturated &&
          `${need.value} connections are wanted at the peak and the server serves ${supply.connections} well: make statements faster, transactions shorter or the machine larger; more connections would make all of them slower`,
        'limit-reached': kept > limit.value && limitReached(kept, limits, application, load),
        'deadlock-possible':
          floor !== null &&
          poolSize < floor.value &&
          `with fewer than ${floor.value} connections, tasks that each hold one and ask for another may all wait for each other: ask for the second one before the transaction, or run fewer tasks`,
        'idle-in-transaction': load.busyRatio !== null && load.busyRatio < 0.5 && idleInWords(load.busyRatio),
        'connections-not-kept': connectsOften(load),
        'more-processes-than-connections':
          share.total > poolSize &&
          `${application.processes} processes with a connection each are ${share.total}: put a pooler between them and the server`,
      }),
    ],
  };
}

/** However quiet the sampled while was: the peak may not have been in it. */
function leastOf(cpus: number | null): Term | null {
  if (cpus === null) return null;
  return {
    name: 'at least',
    value: Math.max(1, Math.floor(cpus)),
    unit: 'connections',
    formula: `a connection for each of ${cpus} cores`,
    source: 'a pool smaller than the cores leaves cores unused at the peak',
  };
}

/** What `max_connections` and the limits of database and role leave for the pools. */
function limitOf(limits: ConnectionLimits, { directSessions }: ApplicationShape, { elsewhere }: Load): Term {
  const { maxConnections, superuserReserved, reserved, databaseLimit, roleLimit } = limits;
  const server = maxConnections - superuserReserved - reserved - directSessions - elsewhere;
  const bounds = [
    {
      value: server,
      formula: `max_connections ${maxConnections} − ${superuserReserved + reserved} reserved − ${directSessions} direct − ${elsewhere} of other databases`,
    },
    ...(databaseLimit === null
      ? []
      : [
          {
            value: databaseLimit - directSessions,
            formula: `CONNECTION LIMIT ${databaseLimit} of the database − ${directSessions} direct`,
          },
        ]),
    ...(roleLimit === null
      ? []
      : [{ value: roleLimit, formula: `CONNECTION LIMIT ${roleLimit} of the role` }]),
  ];
  const [tightest] = bounds.toSorted((a, b) => a.value - b.value);
  return {
    name: 'limit',
    value: Math.max(0, tightest?.value ?? 0),
    unit: 'connections',
    formula: tightest?.formula ?? '',
    source: 'the server’s settings and catalogs',
  };
}

function limitReached(
  wanted: number,
  { superuserReserved, reserved }: ConnectionLimits,
  { directSessions }: ApplicationShape,
  { elsewhere }: Load,
): string {
  // A fifth to spare: PlanetScale's rule for the sum of pools and direct sessions.
  const enough = Math.ceil((wanted + directSessions + elsewhere) * 1.2) + superuserReserved + reserved;
  return `${wanted} connections would serve this load and the server lets in fewer: max_connections = ${enough} would (a restart, and limits of database and role at least as high)`;
}

function needUnknown(load: Load): string {
  const { transactionsPerSecond, seenBusy, seconds } = load;
  if (transactionsPerSecond === null || seenBusy === null)
    return 'what is needed cannot be seen: sized by rule, measure again with pg_read_all_stats and without a reset of the statistics meanwhile';
  return `next to nothing ran in the ${seconds.toFixed(0)} s that were watched (${formatRate(transactionsPerSecond)} transactions/s), so what is needed cannot be known: sized by rule, measure again under load`;
}

/** Transactions for each new session below which connections are not kept; a threshold of ours. */
const KEPT_FROM = 5;

function connectsOften({ sessionsPerSecond, transactionsPerSecond }: Load): string | false {
  if (sessionsPerSecond === null || transactionsPerSecond === null || sessionsPerSecond < 1) return false;
  if (transactionsPerSecond >= KEPT_FROM * sessionsPerSecond) return false;
  return `${formatRate(sessionsPerSecond)} sessions are opened a second for ${formatRate(transactionsPerSecond)} transactions: a connection is opened for each task, which a pool that is kept would spare`;
}

function idleInWords(busyRatio: number): string {
  return `a transaction holds its connection and runs nothing for ${Math.round((1 - busyRatio) * 100)} % of its time: what it waits for belongs before or after it`;
}

function withoutConnections(limits: ConnectionLimits, limit: Term, terms: readonly Term[]): PoolUnsized {
  return {
    ok: false,
    code: 'pool-needs-connections',
    message: `the server leaves no connection for a pool (${limit.formula}): raise max_connections above ${limits.maxConnections}, or free what holds them`,
    terms,
  };
}

function withoutCores(terms: readonly Term[]): PoolUnsized {
  return {
    ok: false,
    code: 'pool-needs-cores',
    message:
      'nothing ran while it was watched and the machine’s cores are not known: describe the machine, or measure again under load',
    terms,
  };
}

function notesOn(messages: Partial<Record<PoolNoteCode, string | false>>): PoolNote[] {
  return Object.entries(messages).flatMap(([code, message]) =>
    typeof message === 'string' ? [{ code: code as PoolNoteCode, message }] : [],
  );
}
