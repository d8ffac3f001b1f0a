import { randomBytes } from 'node:crypto';
import type { Experiments, Observation } from '../../experiment.ts';
import { PitstopError } from '../../errors.ts';
import { stormWithAndWithout, type StormResult } from '../../labs/connection-storm.ts';
import { withEmbeddedServer } from '../../labs/embedded/server.ts';
import { withSession } from '../../pg/session.ts';
import { parseTarget, type Target } from '../../pg/target.ts';
import { authSteps } from '../../pooling/pgbouncer/auth.ts';
import type { BouncerPlan } from '../../pooling/pgbouncer/plan.ts';
import { formatMs } from '../../report/format.ts';
import { quoteName } from '../../sql/quote.ts';
import type { RunContext } from '../context.ts';

const WHERE = 'a server of our own, with PgBouncer and without';
/** More sessions than that are no other test, and a lot of memory here. */
const MOST_CONNECTIONS = 100;
const APP = 'storm_app';

/** Lets twice as many clients come at once as the server lets in: to it alone, and through PgBouncer with the files. */
export async function stormPooler(
  run: RunContext,
  { plan, maxConnections }: Experiments['storm-pooler'],
): Promise<Observation> {
  const { signal, series, processEnv } = run;
  const most = Math.min(maxConnections, MOST_CONNECTIONS);
  const surroundings = { searchPath: processEnv['PATH'], signal };
  try {
    return await withEmbeddedServer(
      { settings: { max_connections: String(most) }, signal },
      async (server) => {
        const password = randomBytes(12).toString('base64url');
        const admin = parseTarget(server.url, {});
        await prepare(admin, plan.authRole, password, signal);
        const app = asRole(server.url, password);
        const storm = { clients: 2 * most, sql: 'SELECT count(*) FROM pg_class', statementsEach: 5 };
        const users = [{ name: plan.authRole, password }];
        const moved = movedTo(plan, app, most);
        const result = await stormWithAndWithout(storm, moved, app, users, series.clock, surroundings);
        const accepted = result.with.failed === 0;
        const message = `${storm.clients} clients at once on a server that lets in ${most}: ${told(result.without)} without PgBouncer, ${told(result.with)} with it`;
        const reason = { code: accepted ? 'storm' : 'storm-failed', message };
        return { accepted, reason, observations: result, where: WHERE };
      },
    );
  } catch (error) {
    if (!(error instanceof PitstopError) || error.code !== 'program-not-found') throw error;
    const message =
      'PgBouncer is not installed here: its files were written by its documentation and not started';
    return {
      accepted: true,
      reason: { code: 'pooler-not-started', message },
      observations: null,
      where: WHERE,
    };
  }
}

async function prepare(
  admin: Target,
  authRole: string,
  password: string,
  signal: AbortSignal,
): Promise<void> {
  await withSession(admin, 'storm', signal, async (session) => {
    await session.query(`CREATE ROLE ${APP} LOGIN PASSWORD '${password}'`);
    for (const { up } of authSteps(authRole, admin.database, { role: false, schema: false }))
      await session.query(up);
    await session.query(`ALTER ROLE ${quoteName(authRole)} PASSWORD '${password}'`);
  });
}

function asRole(server: string, password: string): Target {
  const url = new URL(server);
  [url.username, url.password] = [APP, password];
  return parseTarget(url.href, {});
}

/** The same files for our server, whose limit may be lower. */
function movedTo(plan: BouncerPlan, { host, port, database }: Target, most: number): BouncerPlan {
  const { sizes } = plan;
  const cap = Math.max(2, Math.floor((most - 10) / sizes.processes));
  return {
    ...plan,
    server: { ...plan.server, host, port, database, tls: 'disable', caFile: null },
    sizes: {
      ...sizes,
      defaultPoolSize: Math.min(sizes.defaultPoolSize, cap),
      maxDbConnections: Math.min(sizes.maxDbConnections, cap),
      maxUserConnections: Math.min(sizes.maxUserConnections, cap),
    },
  };
}

function told({ answered, failed, firstAnswerMs }: StormResult): string {
  const late = firstAnswerMs === null ? '' : `, 95 % of the answered within ${formatMs(firstAnswerMs.p95)}`;
  return failed === 0 ? `all answered${late}` : `${failed} refused and ${answered} answered${late}`;
}
