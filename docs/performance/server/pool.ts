/**
 * Connections to PostgreSQL: a pool with limits and timeouts, transactions, and retries where they are safe.
 *
 * Retried is what surely left nothing behind: a connection that was not made, and a transaction that the server rolled
 * back because it met another one (`40001`, `40P01`). A statement whose answer was lost may have been carried out. It is
 * tried again only where its caller says that twice is the same as once (`repeatable`).
 *
 * Needs `pg` 8.15 or later and nothing else.
 */
import { Client, Pool } from 'pg';
import type { ClientConfig, PoolClient, QueryResult, QueryResultRow } from 'pg';

export interface PoolSettings {
  /** Connections of this process at most. The server has to bear that for every process that runs. */
  readonly max: number;
  /** What `pg_stat_activity` and the server's log call this process. */
  readonly applicationName: string;
  /** For a new connection, and for waiting until one of the pool is free. */
  readonly connectTimeoutMs: number;
  /** An unused connection is closed after that. */
  readonly idleTimeoutMs: number;
  /** A connection is replaced after that: memory of the server is given back, and moved addresses are found. */
  readonly maxLifetimeSeconds: number;
  /** First probe of a silent connection; Node probes ten times, a second apart, before it gives a peer up. */
  readonly keepAliveDelayMs: number;
  /** The server's timeouts for these sessions; null leaves what role and database say. */
  readonly statementTimeoutMs: number | null;
  readonly lockTimeoutMs: number | null;
  readonly idleInTransactionTimeoutMs: number | null;
  readonly retry: RetryPolicy;
}

interface RetryPolicy {
  /** The first one included; 1 tries nothing again. */
  readonly attempts: number;
  /** Limit of the first pause. It doubles with every further one, up to `longestDelayMs`. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export const SETTINGS: PoolSettings = {
  // clients of the pooler, which has few connections to the server for all of them.
  max: 50,
  // in pg_stat_activity and in the server’s log.
  applicationName: "postgres",
  // then the caller is told, rather than kept waiting.
  connectTimeoutMs: 10_000,
  // gives back what a peak has opened.
  idleTimeoutMs: 30_000,
  // finds the new address after a failover, and gives back the memory of old sessions.
  maxLifetimeSeconds: 1_800,
  // first probe of a silent peer; Node gives it up after ten of them, a second apart.
  keepAliveDelayMs: 10_000,
  // left to the pooler and the role: a pooler refuses it as a parameter of the connection.
  statementTimeoutMs: null,
  // left to the pooler and the role: a pooler refuses it as a parameter of the connection.
  lockTimeoutMs: null,
  // left to the pooler and the role: a pooler refuses it as a parameter of the connection.
  idleInTransactionTimeoutMs: null,
  // of what surely left nothing behind; the pauses are random up to a limit that doubles.
  retry: { attempts: 4, firstDelayMs: 100, longestDelayMs: 2_000 },
};

export interface Database {
  /** For what is not here: `COPY`, cursors, events. Release what you connect. */
  readonly pool: Pool;
  /**
   * One statement, which is its own transaction. Not for a procedure that commits on its way: it could be begun twice.
   * @throws OutcomeUnknown where the connection was lost and the statement is not `repeatable`
   */
  query<Row extends QueryResultRow>(
    sql: string,
    values?: readonly unknown[],
    options?: StatementOptions,
  ): Promise<QueryResult<Row>>;
  /**
   * Commits what `work` did, or rolls it back where anything in it failed. `work` may be called more than once: it
   * should touch nothing but its transaction.
   * @throws OutcomeUnknown where the connection was lost at COMMIT
   */
  transaction<T>(work: (client: PoolClient) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Waits for what runs, then closes all connections. */
  close(): Promise<void>;
}

interface StatementOptions {
  /** Twice is the same as once, as with everything that only reads: also a lost answer is asked for again. */
  readonly repeatable?: boolean;
}

interface TransactionOptions extends StatementOptions {
  readonly begin?:
    | 'BEGIN'
    | 'BEGIN READ ONLY'
    | `BEGIN ISOLATION LEVEL ${'REPEATABLE READ' | 'SERIALIZABLE'}`;
}

/** The connection was lost before the answer: it was carried out, or it was not. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/**
 * Opens a pool; it connects with the first statement.
 * @param config where the server is; by default the `PG*` variables say so
 * @param onLost is told of connections that were lost while nobody used them; the pool replaces them
 */
export function openDatabase(
  config: ClientConfig = {},
  settings: PoolSettings = SETTINGS,
  onLost: (error: Error) => void = ignore,
): Database {
  const pool = new Pool({
    ...clientConfig(config, settings),
    max: settings.max,
    idleTimeoutMillis: settings.idleTimeoutMs,
    maxLifetimeSeconds: settings.maxLifetimeSeconds,
  });
  pool.on('error', onLost);
  // The pool listens while a connection is idle only. One that is lost between two statements of a transaction would
  // end the process; the next statement reports it.
  pool.on('connect', (client) => void client.on('error', ignore));

  return {
    pool,
    query: async <Row extends QueryResultRow>(
      sql: string,
      values: readonly unknown[] = [],
      { repeatable = false }: StatementOptions = {},
    ) =>
      retrying(settings.retry, repeatable, async (attempt) => {
        const client = await pool.connect();
        try {
          attempt.begun = true;
          return await client.query<Row>(sql, [...values]);
        } finally {
          client.release();
        }
      }),
    transaction: async (work, { begin = 'BEGIN', repeatable = begin === 'BEGIN READ ONLY' } = {}) =>
      retrying(settings.retry, repeatable, async (attempt) => {
        const client = await pool.connect();
        let usable = true;
        try {
          // A connection that was lost while it was idle is noticed here, before anything was asked of it.
          await client.query(begin);
          const result = await work(client);
          attempt.begun = true;
          await commit(client);
          return result;
        } catch (error) {
          usable = await client.query('ROLLBACK').then(
            () => true,
            () => false,
          );
          throw error;
        } finally {
          client.release(!usable);
        }
      }),
    close: () => pool.end(),
  };
}

/**
 * A connection of its own, for what needs a session: `LISTEN`, settings, advisory locks, a migration. Whoever opens it
 * ends it.
 */
export async function openClient(config: ClientConfig, settings: PoolSettings = SETTINGS): Promise<Client> {
  return retrying(settings.retry, false, async () => {
    const client = new Client(clientConfig(config, settings));
    // Without a listener a connection lost between two statements would end the process; the next one reports it.
    client.on('error', ignore);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(ignore);
      throw error;
    }
  });
}

function clientConfig(config: ClientConfig, settings: PoolSettings): ClientConfig {
  const { statementTimeoutMs, lockTimeoutMs, idleInTransactionTimeoutMs } = settings;
  return {
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: settings.keepAliveDelayMs,
    ...(statementTimeoutMs === null ? {} : { statement_timeout: statementTimeoutMs }),
    ...(lockTimeoutMs === null ? {} : { lock_timeout: lockTimeoutMs }),
    ...(idleInTransactionTimeoutMs === null
      ? {}
      : { idle_in_transaction_session_timeout: idleInTransactionTimeoutMs }),
    ...config,
  };
}

/** The server answers the COMMIT of a transaction in which something had failed with `ROLLBACK`, and no error. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed');
}

interface Attempt {
  /** Something was sent that stays if it is carried out. */
  begun: boolean;
}

async function retrying<T>(
  { attempts, firstDelayMs, longestDelayMs }: RetryPolicy,
  repeatable: boolean,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const attempt = { begun: false };
    try {
      return await work(attempt);
    } catch (error) {
      const safe = isSafeToRetry(error, attempt.begun && !repeatable);
      if (!safe && attempt.begun && isConnectionLost(error))
        throw new OutcomeUnknown('the connection was lost before the answer', { cause: error });
      if (!safe || tried >= attempts) throw error;
      // Anything up to the limit: those who failed together must not come back together.
      const limitMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (tried - 1));
      await new Promise((resolve) => void setTimeout(resolve, Math.random() * limitMs));
    }
  }
}

/** Serialization failure and deadlock: the server has rolled back all of it. */
const ROLLED_BACK = ['40001', '40P01'];
/** Too many connections; starting up or shutting down; ended by an administrator or a crash; ended for idleness. */
const NOT_CONNECTED = ['53300', '57P01', '57P02', '57P03', '57P05'];
const NETWORK = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTCONN', 'EAI_AGAIN', 'EHOSTUNREACH'];
/** What has no code: `pg` itself, and PgBouncer, which calls everything a protocol violation. */
const WORDS = /Connection terminated|not queryable|no more connections allowed|server login has been failing/;

/**
 * Whether an error leaves nothing behind that a second attempt would do twice, and a second attempt may succeed.
 * @param mayHaveTakenEffect something was sent that must not happen twice
 */
export function isSafeToRetry(error: unknown, mayHaveTakenEffect: boolean): boolean {
  return ROLLED_BACK.includes(codeOf(error)) || (!mayHaveTakenEffect && isConnectionLost(error));
}

function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (NOT_CONNECTED.includes(code) || NETWORK.includes(code)) return true;
  // Waiting for a free connection of the pool, or for a server that does not answer, has taken its time already.
  return error instanceof Error && WORDS.test(error.message) && !/timeout/.test(error.message);
}

/** A SQLSTATE of the server, or a code of the operating system. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function ignore(): void {}

/**
 * The pool of this process; `DATABASE_URL`, or the `PG*` variables, say where to. It connects with the first statement.
 *
 *     const { rows } = await database.query('SELECT id FROM orders WHERE customer_id = $1', [42], { repeatable: true });
 *     await database.transaction(async (tx) => {
 *       await tx.query('UPDATE accounts SET balance = balance - $1 WHERE id = $2', [100, 1]);
 *       await tx.query('UPDATE accounts SET balance = balance + $1 WHERE id = $2', [100, 2]);
 *     });
 *     await database.close();
 */
export const database = openDatabase({ connectionString: process.env['DATABASE_URL'] }, SETTINGS, (error) =>
  console.error(`an idle database connection was lost: ${error.message}`),
);
