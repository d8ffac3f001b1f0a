import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import process from 'node:process';
import { Client } from 'pg';
import { connectionStorm } from '../src/labs/connection-storm.ts';
import { withEmbeddedServer } from '../src/labs/embedded/server.ts';
import { readInstalledBouncer, withPgBouncer } from '../src/labs/pgbouncer.ts';
import { parseTarget, type Target } from '../src/pg/target.ts';
import { authSteps } from '../src/pooling/pgbouncer/auth.ts';
import { bouncerSizes } from '../src/pooling/pgbouncer/sizes.ts';
import { bouncerPlan } from '../test/support/bouncer.ts';

/**
 * Processor time that PgBouncer itself takes for a login and for a transaction of one short statement, whatever else the
 * machine does: the constants of `src/pooling/pgbouncer/processes.ts`. Linux only.
 */
const CLIENTS = 200;
const STATEMENTS = 500;
const ROUNDS = 5;
/** Of `/proc/PID/stat`. */
const TICKS_PER_SECOND = 100;

const surroundings = { searchPath: process.env['PATH'], signal: new AbortController().signal };
const password = randomBytes(12).toString('base64url');
const version = await readInstalledBouncer(surroundings);
if (version === null) throw new Error('this needs PgBouncer 1.18 or later');

await withEmbeddedServer({ settings: { max_connections: '40' } }, async (server) => {
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
  const sizes = bouncerSizes({ poolSize: 8, limit: 30, roles: 1, clients: 250, processes: 1 });
  const users = [{ name: 'pgbouncer_auth', password }];
  await withPgBouncer(
    bouncerPlan(target, { version, sizes }),
    target,
    users,
    surroundings,
    async (through) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const login = (await millisecondsOf(through, 0)) / CLIENTS;
        const both = (await millisecondsOf(through, STATEMENTS)) / CLIENTS;
        console.log(
          `${login.toFixed(2)} ms for a login, ${((1_000 * (both - login)) / STATEMENTS).toFixed(1)} µs for a transaction`,
        );
      }
    },
  );
});

/** Of PgBouncer, for clients that log in and send so many statements each after their first one. */
async function millisecondsOf(through: Target, statementsEach: number): Promise<number> {
  const storm = { clients: CLIENTS, sql: 'SELECT 1', statementsEach };
  const before = await spentTicks();
  const { failed } = await connectionStorm(through, storm, () => performance.now(), surroundings.signal);
  if (failed > 0) throw new Error(`${failed} failed`);
  return (1_000 * ((await spentTicks()) - before)) / TICKS_PER_SECOND;
}

/** Of all children of this process that are PgBouncer, in user and system mode. */
async function spentTicks(): Promise<number> {
  let ticks = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [, name, rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
    const fields = rest.split(' ');
    if (name === 'pgbouncer' && Number(fields[1]) === process.pid)
      ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks;
}
