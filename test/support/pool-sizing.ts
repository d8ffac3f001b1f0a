import type { ApplicationShape, ConnectionLimits, ServerCapacity } from '../../src/pooling/facts.ts';
import type { Load } from '../../src/pooling/load.ts';
import type { SizingFacts } from '../../src/pooling/sizing.ts';

const GIGABYTE = 1024 ** 3;
const MEGABYTE = 1024 ** 2;

/** A shop's server on a quiet afternoon: 4 cores, 16 GB, 300 transactions a second of 8 ms. */
export function sizingFacts(
  changes: {
    readonly load?: Partial<Load>;
    readonly server?: Partial<ServerCapacity>;
    readonly limits?: Partial<ConnectionLimits>;
    readonly application?: Partial<ApplicationShape>;
  } = {},
): SizingFacts {
  return {
    load: {
      seconds: 30,
      looks: 60,
      transactionsPerSecond: 300,
      sessionsPerSecond: 0.1,
      heldMs: 8,
      countedBusy: 2.4,
      seenBusy: { mean: 2.3, most: 5 },
      busyRatio: 0.8,
      parallelism: 1,
      cached: true,
      elsewhere: 0,
      notes: [],
      ...changes.load,
    },
    server: {
      cpus: 4,
      memoryBytes: 16 * GIGABYTE,
      sharedBuffersBytes: 4 * GIGABYTE,
      workMemBytes: 4 * MEGABYTE,
      hashMemMultiplier: 2,
      maintenanceWorkMemBytes: GIGABYTE,
      autovacuumBytes: 3 * 256 * MEGABYTE,
      ...changes.server,
    },
    limits: {
      maxConnections: 100,
      superuserReserved: 3,
      reserved: 0,
      databaseLimit: null,
      roleLimit: null,
      ...changes.limits,
    },
    application: {
      processes: 2,
      tasksPerProcess: null,
      connectionsPerTask: 1,
      directSessions: 3,
      ...changes.application,
    },
  };
}
