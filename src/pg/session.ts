import pg from 'pg';
import { PitstopError } from '../errors.ts';
import { connectionError, isConnectionLoss } from './failure.ts';
import { describeTarget, type Target } from './target.ts';

type SqlValue = unknown;

/** One connection, borrowed for the length of a function; see `withSession`. */
export interface Session {
  /** Process id of the server's backend, as the backend itself tells. */
  readonly backendPid: number;
  /** Process id that was announced at connection; a proxy in between announces one of its own. */
  readonly announcedPid: number;
  /** One statement, extended protocol: the server refuses a second statement in the same text. */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    values?: readonly SqlValue[],
  ): Promise<Row[]>;
  /** Executes without keeping rows: `onRow` gets each row as the text values that the server sent. */
  stream(
    sql: string,
    values: readonly SqlValue[],
    onRow: (row: readonly (string | null)[]) => void,
  ): Promise<void>;
  /** Asks the server to cancel what this session runs, through a connection of its own. Never throws. */
  cancel(): Promise<void>;
}

const TEXT_ONLY = { getTypeParser: () => (value: string) => value };

/**
 * Opens a session, pins what later statements rely on, and closes it whatever happens.
 * When `signal` fires, the running statement is cancelled on the server and rejects.
 */
export async function withSession<T>(
  target: Target,
  purpose: string,
  signal: AbortSignal | null,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const client = await connect(target, purpose);
  let onAbort = () => {};
  try {
    // The parser reads strings as the standard says; a server that does not would read another statement. Timeouts of
    // the role or database would end a session that waits for its counterpart; ours are set where work is done.
    const first = await client.query<{ pid: number }>(
      `SELECT pg_backend_pid() AS pid, set_config('standard_conforming_strings', 'on', false),
              set_config('statement_timeout', '0', false), set_config('transaction_timeout', '0', false),
              set_config('idle_session_timeout', '0', false), set_config('idle_in_transaction_session_timeout', '0', false)`,
    );
    const session = sessionOf(client, target, first.rows[0]?.pid ?? 0);
    onAbort = () => void session.cancel();
    signal?.addEventListener('abort', onAbort, { once: true });
    return await use(session);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await client.end().catch(() => undefined);
  }
}

function sessionOf(client: pg.Client, target: Target, backendPid: number): Session {
  const where = describeTarget(target);
  const announcedPid = (client as unknown as { processID: number }).processID;
  return {
    backendPid,
    announcedPid,
    async query<Row extends object>(sql: string, values: readonly SqlValue[] = []) {
      try {
        const config = { text: sql, values: [...values], queryMode: 'extended' } as pg.QueryConfig;
        return (await client.query<Row>(config)).rows;
      } catch (error) {
        throw lossOr(error, where);
      }
    },
    stream: (sql, values, onRow) =>
      new Promise((resolve, reject) => {
        const config = {
          text: sql,
          values: [...values],
          rowMode: 'array',
          types: TEXT_ONLY,
          queryMode: 'extended',
        };
        const query = client.query(new pg.Query<(string | null)[]>(config as unknown as pg.QueryConfig));
        query.on('row', onRow);
        query.on('end', () => resolve());
        query.on('error', (error) => reject(lossOr(error, where)));
      }),
    async cancel() {
      const canceller = new pg.Client({ ...target.config, ssl: client.ssl });
      canceller.on('error', () => undefined);
      try {
        await canceller.connect();
        await canceller.query('SELECT pg_cancel_backend($1)', [backendPid]);
      } catch {
        // Whoever cancels is leaving anyway; the server notices a closed connection by itself.
      } finally {
        await canceller.end().catch(() => undefined);
      }
    },
  };
}

async function connect(target: Target, purpose: string): Promise<pg.Client> {
  const where = describeTarget(target);
  // libpq's `prefer` and `allow` try one way, then the other; node-postgres knows one way only.
  const attempts: pg.ClientConfig['ssl'][] = [target.config.ssl];
  if (target.sslMode === 'prefer') attempts.push(false);
  if (target.sslMode === 'allow') attempts.push({ rejectUnauthorized: false });
  let failure: unknown;
  for (const ssl of attempts) {
    const client = new pg.Client({
      ...target.config,
      ssl,
      application_name: `pitstop ${purpose}`,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    // Without a listener a connection lost between two statements would end the process; the next statement reports it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      failure = error;
      await client.end().catch(() => undefined);
      if (!couldBeAboutTls(error)) break;
    }
  }
  throw connectionError(failure, where);
}

function couldBeAboutTls(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return /SSL|TLS|encryption|no pg_hba\.conf entry|ECONNRESET|Connection terminated/i.test(message);
}

function lossOr(error: unknown, where: string): unknown {
  if (error instanceof PitstopError || !isConnectionLoss(error)) return error;
  return new PitstopError(
    'connection-lost',
    `the connection to ${where} was lost: ${error instanceof Error ? error.message : String(error)}`,
    {
      hint: 'Nothing was recorded as done that was not. Run the same command again when the server is back.',
      cause: error,
    },
  );
}
