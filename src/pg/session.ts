import type { Readable, Writable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { PitstopError } from '../errors.ts';
import { connectionError, isConnectionLoss } from './failure.ts';
import { openClient, SETTINGS } from './pool.ts';
import { describeTarget, type Target } from './target.ts';

type SqlValue = unknown;

/** One connection, borrowed for the length of a function; see `withSession`. */
export interface Session {
  /** Process id of the server's backend, as the backend itself tells. */
  readonly backendPid: number;
  /** Process id that was announced at connection; a proxy in between announces one of its own. */
  readonly announcedPid: number;
  /**
   * One statement, extended protocol: the server refuses a second statement in the same text. A statement that begins
   * or ends a transaction without being ours ends the session (`session-unsafe`).
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    values?: readonly SqlValue[],
  ): Promise<Row[]>;
  /** Begins or ends a transaction: the only way to do that here. */
  control(statement: Control): Promise<void>;
  /** Executes without keeping rows: `onRow` gets each row as the text values that the server sent. */
  stream(
    sql: string,
    values: readonly SqlValue[],
    onRow: (row: readonly (string | null)[]) => void,
  ): Promise<StreamResult>;
  /** Lends the data of a `COPY … TO STDOUT` or `COPY … FROM STDIN`; nothing else runs here until it ends. */
  copyOut<T>(sql: string, use: (data: Readable) => Promise<T>): Promise<T>;
  copyIn<T>(sql: string, use: (data: Writable) => Promise<T>): Promise<T>;
  /** Asks the server to cancel what this session runs, through a connection of its own. Never throws. */
  cancel(): Promise<void>;
  /** Ends the connection and opens another: whatever statements left behind in the old one is gone. */
  renew(): Promise<void>;
}

/** A column of a result, as the server describes it. */
export interface OutputColumn {
  readonly name: string;
  /** The type's object id. */
  readonly type: number;
}

interface StreamResult {
  readonly columns: readonly OutputColumn[];
  /** Returned or written, as the server counts them. */
  readonly rows: number;
}

const TEXT_ONLY = { getTypeParser: () => (value: string) => value };

/**
 * Opens a session, pins what later statements rely on, and closes it whatever happens.
 * When `signal` fires, the running statement is cancelled on the server and rejects.
 * @param settings come last, also when the session is renewed
 */
export async function withSession<T>(
  target: Target,
  purpose: string,
  signal: AbortSignal | null,
  use: (session: Session) => Promise<T>,
  settings: SessionSettings = {},
): Promise<T> {
  let connection = await openConnection(target, purpose, settings);
  const session = sessionOf(
    () => connection,
    target,
    async () => {
      await connection.client.end().catch(() => undefined);
      connection = await openConnection(target, purpose, settings);
    },
  );
  const onAbort = () => void session.cancel();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await use(session);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await connection.client.end().catch(() => undefined);
  }
}

interface Connection {
  readonly client: pg.Client;
  readonly backendPid: number;
}

/** Settings of the server for the length of a session, such as `{ default_transaction_read_only: 'on' }`. */
export type SessionSettings = Readonly<Record<string, string>>;

async function openConnection(
  target: Target,
  purpose: string,
  settings: SessionSettings,
): Promise<Connection> {
  const client = await connect(target, purpose);
  try {
    // The parser reads strings as the standard says; a server that does not would read another statement. Timeouts of
    // the role or database would end a session that waits for its counterpart; ours are set where work is done. Two of
    // the settings came with 17, and what only reads works with older servers too.
    const { rows } = await client.query<{ pid: number; guarded: boolean }>(
      `SELECT pg_backend_pid() AS pid,
              current_setting('session_replication_role') = 'origin'
                AND coalesce(current_setting('event_triggers', true)::bool, true) AS guarded,
              set_config('standard_conforming_strings', 'on', false), set_config('client_encoding', 'UTF8', false),
              set_config('statement_timeout', '0', false),
              CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', false) END,
              set_config('idle_session_timeout', '0', false), set_config('idle_in_transaction_session_timeout', '0', false)`,
    );
    if (rows[0]?.guarded !== true) {
      throw new PitstopError(
        'session-unsafe',
        `sessions of ${describeTarget(target)} start with triggers or event triggers switched off`,
        {
          hint: 'Reset session_replication_role and event_triggers of the role, the database and PGOPTIONS.',
        },
      );
    }
    for (const [name, value] of Object.entries(settings))
      await client.query('SELECT set_config($1, $2, false)', [name, value]);
    return { client, backendPid: rows[0].pid };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

function sessionOf(current: () => Connection, target: Target, renew: () => Promise<void>): Session {
  const where = describeTarget(target);

  async function run<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    try {
      return await work(current().client);
    } catch (error) {
      throw lossOr(error, where);
    }
  }

  /** Runs one statement and looks whether the transaction is what it was before. */
  async function guarded<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const { client } = current();
    const before = client.getTransactionStatus();
    const result = await run(work);
    if (client.getTransactionStatus() === before) return result;
    await client.end().catch(() => undefined);
    throw new PitstopError(
      'session-unsafe',
      'a statement began or ended a transaction; its session was closed',
      {
        hint: 'Nothing further was sent. Look at the functions and procedures that the statement calls.',
      },
    );
  }

  return {
    get backendPid() {
      return current().backendPid;
    },
    get announcedPid() {
      return (current().client as unknown as { processID: number }).processID;
    },
    query: <Row extends object>(sql: string, values: readonly SqlValue[] = []) =>
      guarded(async (client) => {
        const config = { text: sql, values: [...values], queryMode: 'extended' } as pg.QueryConfig;
        return (await client.query<Row>(config)).rows;
      }),
    control: (statement) =>
      run(async (client) => {
        await client.query(statement);
      }),
    stream: (sql, values, onRow) => guarded((client) => streamRows(client, sql, values, onRow)),
    copyOut: (sql, use) => guarded((client) => use(client.query(copyTo(sql)))),
    copyIn: (sql, use) => guarded((client) => use(client.query(copyFrom(sql)))),
    async cancel() {
      const { client, backendPid } = current();
      try {
        const settings = { ...SETTINGS, applicationName: 'pitstop cancel' };
        const canceller = await openClient({ ...target.config, ssl: client.ssl }, settings);
        await canceller.query('SELECT pg_cancel_backend($1)', [backendPid]).catch(() => undefined);
        await canceller.end();
      } catch {
        // Whoever cancels is leaving anyway; the server notices a closed connection by itself.
      }
    },
    renew,
  };
}

/** The statements by which pitstop itself begins and ends transactions. */
type Control =
  | 'BEGIN'
  | 'BEGIN READ ONLY'
  | 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
  | 'COMMIT'
  | 'ROLLBACK'
  | `SAVEPOINT pitstop_${string}`
  | `ROLLBACK TO SAVEPOINT pitstop_${string}`
  | `RELEASE SAVEPOINT pitstop_${string}`;

function streamRows(
  client: pg.Client,
  sql: string,
  values: readonly SqlValue[],
  onRow: (row: readonly (string | null)[]) => void,
): Promise<StreamResult> {
  return new Promise((resolve, reject) => {
    const config = {
      text: sql,
      values: [...values],
      rowMode: 'array',
      types: TEXT_ONLY,
      queryMode: 'extended',
    };
    const query = client.query(new pg.Query<(string | null)[]>(config as unknown as pg.QueryConfig));
    query.on('row', onRow);
    query.on('end', ({ fields, rowCount }: pg.QueryArrayResult) =>
      resolve({
        columns: fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })),
        rows: rowCount ?? 0,
      }),
    );
    query.on('error', (error) => reject(error));
  });
}

async function connect(target: Target, purpose: string): Promise<pg.Client> {
  const where = describeTarget(target);
  // libpq's `prefer` and `allow` try one way, then the other; node-postgres knows one way only.
  const attempts: pg.ClientConfig['ssl'][] = [target.config.ssl];
  if (target.sslMode === 'prefer') attempts.push(false);
  if (target.sslMode === 'allow') attempts.push({ rejectUnauthorized: false });
  let failure: unknown;
  for (const ssl of attempts) {
    try {
      const settings = { ...SETTINGS, applicationName: `pitstop ${purpose}` };
      return await openClient({ ...target.config, ssl }, settings);
    } catch (error) {
      failure = error;
      if (!couldBeAboutTls(error)) break;
    }
  }
  throw connectionError(failure, where);
}

/**
 * How a target is reached, for whoever opens many connections to it: with TLS or without, as the first one gets in.
 * Holds the password.
 */
export async function configThatConnects(target: Target, purpose: string): Promise<pg.ClientConfig> {
  const client = await connect(target, purpose);
  const { ssl } = client;
  await client.end();
  return { ...target.config, ssl };
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
