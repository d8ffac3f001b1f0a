import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { Client } from 'pg';
import { connectionStorm, type StormResult } from '../src/labs/connection-storm.ts';
import { withEmbeddedServer } from '../src/labs/embedded/server.ts';
import { readInstalledBouncer, withPgBouncer } from '../src/labs/pgbouncer.ts';
import { parseTarget } from '../src/pg/target.ts';
import { authSteps } from '../src/pooling/pgbouncer/auth.ts';
import { BOUNCER_TIMEOUTS, type BouncerPlan } from '../src/pooling/pgbouncer/plan.ts';
import { bouncerSizes } from '../src/pooling/pgbouncer/sizes.ts';
import type { Latency } from '../src/pooling/sweep.ts';

/** A storm of 200 clients on `max_connections = 20`, alone and through PgBouncer: the table of docs/pools.md. */
const STORM = { clients: 200, sql: 'SELECT count(*) FROM pg_class', statementsEach: 20 };
const ROUNDS = 5;

const surroundings = { searchPath: process.env['PATH'], signal: new AbortController().signal };
const clock = () => performance.now();
const password = randomBytes(12).toString('base64url');
const version = await readInstalledBouncer(surroundings);
if (version === null) throw new Error('this needs PgBouncer 1.18 or later');

await withEmbeddedServer({ settings: { max_connections: '250' } }, (roomy) =>
  withEmbeddedServer({ settings: { max_connections: '20' } }, async (server) => {
    const admin = new Client({ connectionString: server.url });
    await admin.connect();
    await admin.query(`CREATE ROLE app LOGIN PASSWORD '${password}'`);
    for (const { up } of authSteps('pgbouncer_auth', 'postgres', { role: false, schema: false }))
      await admin.query(up);
    await admin.query(`ALTER ROLE pgbouncer_auth PASSWORD '${password}'`);
    await admin.end();

    const url = new URL(server.url);
    [url.username, url.password] = ['app', password];
    const target = parseTarget(url.href, {});
    const plan = (processes: number): BouncerPlan => ({
      version,
      server: {
        host: target.host,
        port: target.port,
        database: target.database,
        tls: 'prefer',
        caFile: null,
      },
      listen: { address: '127.0.0.1', port: 6432, certificate: null },
      folders: { config: '/etc/pgbouncer', run: '/run/pgbouncer', log: '/var/log/pgbouncer' },
      sizes: bouncerSizes({ poolSize: 8, limit: 17, roles: 1, clients: 250, processes }),
      processesWhy: 'as the table wants it',
      authRole: 'pgbouncer_auth',
      statsRole: null,
      timeouts: BOUNCER_TIMEOUTS,
      preparedStatements: null,
      uses: [],
    });
    const storm = (at = target) => connectionStorm(at, STORM, clock, surroundings.signal);
    const unlimited = parseTarget(roomy.url, {});
    const through = (processes: number, user: string) =>
      withPgBouncer(plan(processes), target, [{ name: user, password }], surroundings, storm);

    const kinds: Readonly<Record<string, () => Promise<StormResult>>> = {
      'the server alone': () => storm(),
      'the server alone, max_connections = 250': () => storm(unlimited),
      'PgBouncer, passwords looked up': () => through(1, 'pgbouncer_auth'),
      'PgBouncer, two processes': () => through(2, 'pgbouncer_auth'),
      'PgBouncer, password in its list': () => through(1, 'app'),
    };
    const results = new Map<string, StormResult[]>();
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [name, run] of Object.entries(kinds))
        results.set(name, [...(results.get(name) ?? []), await run()]);
    for (const [name, runs] of results) console.log(rowOf(name, runs));
  }),
);

/** The medians of the rounds. */
function rowOf(name: string, runs: readonly StormResult[]): string {
  const middle = (of: (run: StormResult) => number) =>
    runs.map(of).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0;
  const times = (of: (run: StormResult) => Latency | null) =>
    `${middle((run) => of(run)?.p50 ?? 0).toFixed(0)} / ${middle((run) => of(run)?.p95 ?? 0).toFixed(0)} ms`;
  return `| ${name} | ${middle((run) => run.answered)} | ${middle((run) => run.failed)} | ${times((run) => run.firstAnswerMs)} | ${times((run) => run.statementMs)} |`;
}
