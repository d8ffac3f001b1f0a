/** What was seen of a database's connections and of the machine behind them, as plain data. */

/** Sessions of one database at one moment, by what they did; ours are left out. */
export interface SessionLook {
  /** Runs a statement. */
  readonly active: number;
  /** Holds a transaction open, failed ones included, and runs nothing. */
  readonly idleInTransaction: number;
  readonly idle: number;
  /** Sessions whose state the role may not see: they may do any of the above. */
  readonly hidden: number;
  /** Processes that help active sessions with parallel plans. */
  readonly parallelWorkers: number;
  /** Sessions of other databases; with those above the whole of what `max_connections` counts. */
  readonly elsewhere: number;
}

/** What the server counted for one database since the last reset of its statistics. */
export interface DatabaseCounters {
  /** The server's clock, milliseconds. */
  readonly atMs: number;
  /** Committed and rolled back. */
  readonly transactions: number;
  /** Time that sessions spent in statements, and idle within transactions. */
  readonly activeMs: number;
  readonly idleInTransactionMs: number;
  /** Sessions that were ever opened. */
  readonly sessions: number;
  readonly blocksHit: number;
  readonly blocksRead: number;
  /** As text; null where they were never reset. */
  readonly resetAt: string | null;
}

/** A while of a database's life. */
export interface ActivitySample {
  readonly looks: readonly SessionLook[];
  readonly before: DatabaseCounters;
  readonly after: DatabaseCounters;
  /** Transactions that the looking itself took. */
  readonly ownTransactions: number;
}

/** How many connections the server lets in. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  /** Kept for superusers, and for members of `pg_use_reserved_connections`. */
  readonly superuserReserved: number;
  readonly reserved: number;
  /** `CONNECTION LIMIT` of the database and of the role; null for none. */
  readonly databaseLimit: number | null;
  readonly roleLimit: number | null;
}

/** What the machine and its settings can bear. */
export interface ServerCapacity {
  /** Null where nobody knows them, as with a remote server whose machine was not described. */
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  readonly sharedBuffersBytes: number;
  readonly workMemBytes: number;
  readonly hashMemMultiplier: number;
  readonly maintenanceWorkMemBytes: number;
  /** What autovacuum's workers may take, all together. */
  readonly autovacuumBytes: number;
}

/** How the application uses its connections, as far as somebody said so. */
export interface ApplicationShape {
  /** Processes that each have a pool of their own, over all hosts. */
  readonly processes: number;
  /** Tasks of one process that want a connection at once; null where nobody said. */
  readonly tasksPerProcess: number | null;
  /** Connections that one task holds at once: 2 where a transaction is open while another connection is asked for. */
  readonly connectionsPerTask: number;
  /** Sessions that will not go through the pool: migrations, monitoring, listeners, people. */
  readonly directSessions: number;
}

/** What a number was computed from. */
export interface Term {
  readonly name: string;
  readonly value: number;
  readonly unit: 'connections' | 'ms' | 'ratio' | 'per second' | 'bytes';
  /** In words with its numbers: `2 × 4 cores + 1`. */
  readonly formula: string;
  /** Where the formula comes from, or how the number was seen. */
  readonly source: string;
}

/** Something that the reader of a number has to know. */
export interface PoolNote {
  readonly code: PoolNoteCode;
  readonly message: string;
}

export type PoolNoteCode =
  | 'need-unknown'
  | 'not-visible'
  | 'statistics-reset'
  | 'saturated'
  | 'cores-unknown'
  | 'memory-short'
  | 'limit-reached'
  | 'deadlock-possible'
  | 'idle-in-transaction'
  | 'connections-not-kept'
  | 'more-processes-than-connections'
  | 'reserve-short';
