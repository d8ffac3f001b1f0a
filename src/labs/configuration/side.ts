import { PitstopError } from '../../errors.ts';
import { countedBetween } from '../../measure/servers/counters.ts';
import type { Round } from '../../measure/servers/changes.ts';
import type { Transaction, Workload } from '../../measure/servers/workload.ts';
import { handOverCounts, readServerCounters } from '../../pg/catalog/server-counters.ts';
import { isConnectionLoss, isStatementTimeout, serverError } from '../../pg/failure.ts';
import { withSession, type Session, type SessionSettings } from '../../pg/session.ts';
import { parseTarget, type Target } from '../../pg/target.ts';
import type { ClusterServer } from '../embedded/server.ts';

/** A server, or a way to work on one, that is compared with another. */
export interface Side {
  /** A session of the workload, between two rounds. */
  readonly session: Session;
  /** Transactions for each client, run at once, with what the server counted of them. */
  run(clients: readonly (readonly Transaction[])[]): Promise<Round>;
}

export interface SideOptions {
  readonly server: ClusterServer;
  /** The workload's database there. */
  readonly target: Target;
  readonly workload: Workload;
  /** Of the sessions, besides what the server is configured with. */
  readonly settings: SessionSettings;
  /** A statement is stopped there, and the comparison ends. */
  readonly statementTimeoutMs: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** Lends a side. Its sessions stay open from round to round, as those of a pool do. */
export async function withSide<T>(options: SideOptions, use: (side: Side) => Promise<T>): Promise<T> {
  const { server, target, workload, signal, clock } = options;
  const settings = sessionSettings(options);
  // In another database its own work is not counted with the workload's.
  return withSession(parseTarget(server.url, {}), 'counters', signal, (counting) =>
    withClients(workload.clients, target, settings, signal, (sessions) => {
      const [first] = sessions;
      if (first === undefined) throw new Error('a workload has at least one client');
      return use({
        session: first,
        run: (clients) => runRound(counting, target.database, sessions, clients, { clock, signal }),
      });
    }),
  );
}

/** What sessions of a workload set: nothing runs for ever, and what only reads cannot write. */
export function sessionSettings({
  settings,
  workload,
  statementTimeoutMs,
}: Pick<SideOptions, 'settings' | 'workload' | 'statementTimeoutMs'>): SessionSettings {
  return {
    ...settings,
    statement_timeout: String(statementTimeoutMs),
    ...(workload.writes ? {} : { default_transaction_read_only: 'on' }),
  };
}

async function withClients<T>(
  count: number,
  target: Target,
  settings: SessionSettings,
  signal: AbortSignal,
  use: (sessions: readonly Session[]) => Promise<T>,
): Promise<T> {
  if (count === 0) return use([]);
  return withClients(count - 1, target, settings, signal, (others) =>
    withSession(target, 'workload', signal, (session) => use([...others, session]), settings),
  );
}

/** A checkpoint comes first, so that each round begins at the same point between two: the first change of a page costs more. */
async function runRound(
  counting: Session,
  database: string,
  sessions: readonly Session[],
  clients: readonly (readonly Transaction[])[],
  { clock, signal }: Pick<SideOptions, 'clock' | 'signal'>,
): Promise<Round> {
  await checkpoint(counting, signal);
  const earlier = await readServerCounters(counting, database);
  const started = clock();
  await Promise.all(sessions.map((session, at) => runTransactions(session, clients[at] ?? [], signal))).catch(
    (error: unknown) => Promise.reject(signal.aborted ? error : asEnd(error)),
  );
  const elapsedMs = clock() - started;
  for (const session of sessions) await handOverCounts(session);
  const counted = countedBetween(earlier, await readServerCounters(counting, database));
  if (counted === null) throw new Error('the server began to count anew in the middle of a round');
  return { transactions: clients.reduce((sum, { length }) => sum + length, 0), elapsedMs, counted };
}

/** What ran before does not run now. */
function asEnd(error: unknown): unknown {
  const refusal = serverError(error);
  if (refusal === null || isConnectionLoss(error)) return error;
  const code = isStatementTimeout(error) ? 'statement-timeout' : 'statement-rejected';
  return new PitstopError(code, `the workload cannot be measured: ${refusal.message}`, {
    hint: 'Name other statements to measure with, or raise measure.cutoffMs.',
    cause: error,
  });
}

export async function runTransactions(
  session: Session,
  transactions: readonly Transaction[],
  signal: AbortSignal,
): Promise<void> {
  for (const { statements } of transactions) {
    signal.throwIfAborted();
    // One statement commits itself.
    if (statements.length > 1) await session.control('BEGIN');
    for (const { sql, values } of statements) await session.stream(sql, values, ignoreRow);
    if (statements.length > 1) await session.control('COMMIT');
  }
}

/** The server answers before it has counted its checkpoint; what is counted late would be of the round that follows. */
async function checkpoint(counting: Session, signal: AbortSignal): Promise<void> {
  const done = async () => {
    await counting.query('SELECT pg_stat_clear_snapshot()');
    const [row] = await counting.query<{ done: number }>(
      'SELECT num_done::float8 AS done FROM pg_stat_checkpointer',
    );
    return row?.done ?? 0;
  };
  const before = await done();
  await counting.query('CHECKPOINT');
  while ((await done()) === before) signal.throwIfAborted();
}

function ignoreRow(): void {}
