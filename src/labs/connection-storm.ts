import { openClient, SETTINGS } from '../pg/pool.ts';
import { configThatConnects } from '../pg/session.ts';
import type { Target } from '../pg/target.ts';
import type { BouncerPlan } from '../pooling/pgbouncer/plan.ts';
import { latencyOf, type Latency } from '../pooling/sweep.ts';
import { withPgBouncer, type PoolerSurroundings, type PoolerUser } from './pgbouncer.ts';

export interface StormPlan {
  /** They all connect at once. */
  readonly clients: number;
  /** What each of them asks, again and again. It only reads. */
  readonly sql: string;
  /** So often, the first time not counted. */
  readonly statementsEach: number;
}

/** What became of clients that all came at once, and stayed until each had got its answer. */
export interface StormResult {
  readonly clients: number;
  readonly answered: number;
  readonly failed: number;
  /** The most frequent first: SQLSTATE, or the operating system's code. */
  readonly errors: readonly { readonly code: string; readonly message: string; readonly count: number }[];
  /** From the begin of connecting to the first answer, of those that got one. */
  readonly firstAnswerMs: Latency | null;
  /** Of the further statements, while all who got in were connected. */
  readonly statementMs: Latency | null;
}

/**
 * Lets clients storm a server, without trying anything again. None leaves before all have got an answer or an error:
 * they are connected all at once.
 * @throws the signal's reason, when it strikes
 */
export async function connectionStorm(
  target: Target,
  plan: StormPlan,
  clock: () => number,
  signal: AbortSignal,
): Promise<StormResult> {
  const config = await configThatConnects(target, 'storm');
  const settings = {
    ...SETTINGS,
    applicationName: 'pitstop storm',
    retry: { ...SETTINGS.retry, attempts: 1 },
  };
  const statementMs: number[] = [];
  const arrivals = Array.from({ length: plan.clients }, async () => {
    const begun = clock();
    const client = await openClient(config, { ...settings, connectTimeoutMs: 60_000 });
    try {
      await client.query(plan.sql);
      return { client, firstAnswerMs: clock() - begun };
    } catch (error) {
      await client.end();
      throw error;
    }
  });
  const settled = await Promise.allSettled(arrivals);
  const arrived = settled.flatMap((arrival) => (arrival.status === 'fulfilled' ? [arrival.value] : []));
  const errors: unknown[] = settled.flatMap((arrival) =>
    arrival.status === 'rejected' ? [arrival.reason] : [],
  );
  const stay = async ({ client }: (typeof arrived)[number]) => {
    try {
      for (let asked = 0; asked < plan.statementsEach && !signal.aborted; asked += 1) {
        const begun = clock();
        await client.query(plan.sql);
        statementMs.push(clock() - begun);
      }
      return null;
    } catch (error) {
      return { error };
    } finally {
      await client.end();
    }
  };
  const lost = (await Promise.all(arrived.map(stay))).filter((loss) => loss !== null);
  signal.throwIfAborted();
  const failures = [...errors, ...lost.map(({ error }) => error)];
  return {
    clients: plan.clients,
    answered: plan.clients - failures.length,
    failed: failures.length,
    errors: countedErrors(failures),
    firstAnswerMs: latencyOf(arrived.map(({ firstAnswerMs }) => firstAnswerMs)),
    statementMs: latencyOf(statementMs),
  };
}

/** The same storm on the server itself, and through PgBouncer with the files of a plan. */
export async function stormWithAndWithout(
  storm: StormPlan,
  pooler: BouncerPlan,
  target: Target,
  users: readonly PoolerUser[],
  clock: () => number,
  surroundings: PoolerSurroundings,
): Promise<{ readonly without: StormResult; readonly with: StormResult }> {
  const { signal } = surroundings;
  const without = await connectionStorm(target, storm, clock, signal);
  const through = await withPgBouncer(pooler, target, users, surroundings, (address) =>
    connectionStorm(address, storm, clock, signal),
  );
  return { without, with: through };
}

function countedErrors(errors: readonly unknown[]): StormResult['errors'] {
  const counts = new Map<string, { code: string; message: string; count: number }>();
  for (const error of errors) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const message = error instanceof Error ? error.message : String(error);
    const counted = counts.get(`${code} ${message}`) ?? { code, message, count: 0 };
    counts.set(`${code} ${message}`, { ...counted, count: counted.count + 1 });
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count);
}
