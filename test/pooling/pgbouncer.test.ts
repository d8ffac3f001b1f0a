import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { chmod, chown, copyFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectionStorm, stormWithAndWithout } from '../../src/labs/connection-storm.ts';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { withPgBouncer } from '../../src/labs/pgbouncer.ts';
import { openClient, openDatabase, SETTINGS } from '../../src/pg/pool.ts';
import { readTlsInUse } from '../../src/pg/catalog/pools/tls-in-use.ts';
import { readPoolFacts } from '../../src/pg/pool-facts.ts';
import { SAMPLE_PLAN } from '../../src/pg/sample-activity.ts';
import { withSession, type Session } from '../../src/pg/session.ts';
import { parseTarget, type Target } from '../../src/pg/target.ts';
import { authSteps } from '../../src/pooling/pgbouncer/auth.ts';
import { serverTls } from '../../src/pooling/pgbouncer/tls.ts';
import { bouncerSizes } from '../../src/pooling/pgbouncer/sizes.ts';
import { bouncerPlan, installedBouncer, POOLER_SURROUNDINGS } from '../support/bouncer.ts';

const version = await installedBouncer();
const clock = () => performance.now();
const password = randomBytes(12).toString('base64url');

describe.skipIf(version === null)('PgBouncer with the generated files', () => {
  let server: EmbeddedServer;
  let admin: Client;
  /** An ordinary role, whose password PgBouncer has to look up. */
  let app: Target;
  const known = [{ name: 'pgbouncer_auth', password }];

  beforeAll(async () => {
    server = await startEmbeddedServer({ settings: { max_connections: '20' } });
    admin = new Client({ connectionString: server.url });
    await admin.connect();
    for (const role of ['app', 'expired', 'root_like', 'watcher'])
      await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    await admin.query(`ALTER ROLE expired VALID UNTIL '2020-01-01'`);
    await admin.query('ALTER ROLE root_like SUPERUSER');
    for (const { up } of authSteps('pgbouncer_auth', 'postgres', { role: false, schema: false }))
      await admin.query(up);
    // By hand, and nowhere in a file of ours.
    await admin.query(`ALTER ROLE pgbouncer_auth PASSWORD '${password}'`);
    app = as('app');
  });

  afterAll(async () => {
    await admin?.end();
    await server?.stop();
  });

  const as = (role: string): Target => {
    const url = new URL(server.url);
    [url.username, url.password] = [role, password];
    return parseTarget(url.href, {});
  };

  const processes = (count: number) =>
    bouncerSizes({ poolSize: 8, limit: 17, roles: 1, clients: 250, processes: count });

  test('lets in who is looked up, and nobody else', async () => {
    await withPgBouncer(bouncerPlan(app), app, known, POOLER_SURROUNDINGS, async (through) => {
      const client = await openClient(through.config);
      const { rows } = await client.query('SELECT current_user::text AS role');
      await client.end();
      expect(rows).toEqual([{ role: 'app' }]);
      for (const refused of [
        { user: 'expired' },
        { user: 'root_like' },
        { user: 'nobody' },
        { password: 'x' },
      ])
        await expect(openClient({ ...through.config, ...refused })).rejects.toThrow(
          /authentication failed|no such user/,
        );
    });
  });

  test('lets 200 clients work where the server alone lets in few', async () => {
    const storm = { clients: 200, sql: 'SELECT count(*) FROM pg_class', statementsEach: 5 };
    const result = await stormWithAndWithout(storm, bouncerPlan(app), app, known, clock, POOLER_SURROUNDINGS);
    // Of 20, three are kept for superusers and one is this test's own.
    expect(result.without.answered).toBeLessThanOrEqual(16);
    expect(result.without.failed).toBe(200 - result.without.answered);
    expect(result.without.errors.every(({ code }) => code === '53300')).toBe(true);
    expect(result.with).toMatchObject({ clients: 200, answered: 200, failed: 0, errors: [] });
    expect(result.with.firstAnswerMs!.p95).toBeGreaterThanOrEqual(result.with.firstAnswerMs!.p50);
    expect(result.with.statementMs!.p50).toBeGreaterThan(0);
  });

  test('starts as several processes on one port, which keep to the caps together', async () => {
    const plan = bouncerPlan(app, { sizes: processes(2) });
    await withPgBouncer(plan, app, known, POOLER_SURROUNDINGS, async (through) => {
      const storm = { clients: 60, sql: 'SELECT pg_sleep(0.01)', statementsEach: 5 };
      const storming = connectionStorm(through, storm, clock, POOLER_SURROUNDINGS.signal);
      const most = await mostSessionsDuring(storming);
      const result = await storming;
      expect(result).toMatchObject({ answered: 60, failed: 0 });
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(plan.sizes.serverConnections);
    });
  });

  test('as several processes has one of each on its own socket, with its own log and process id', async () => {
    const plan = bouncerPlan(app, { sizes: processes(3), statsRole: 'watcher' });
    await withPgBouncer(plan, app, await watching(), POOLER_SURROUNDINGS, async (through, running) => {
      const { run, log } = running.folders;
      const pids: number[] = [];
      for (const number of [1, 2, 3]) {
        const client = await openClient({ ...through.config, host: `${run}/${number}` });
        await client.query('SELECT 1');
        await client.end();
        pids.push(Number(await readFile(`${run}/${number}/pgbouncer.pid`, 'utf8')));
        expect(await readFile(`${log}/pgbouncer-${number}.log`, 'utf8')).toContain('process up');
      }
      expect(new Set(pids).size).toBe(3);
      // Whichever process answers on the port, it is one of these.
      const watcher = { ...through.config, user: 'watcher', database: 'pgbouncer' };
      for (const settings of [watcher, { ...watcher, host: `${run}/2` }]) {
        const client = new Client(settings);
        await client.connect();
        const { rows } = await client.query('SHOW CONFIG');
        await client.end();
        const value = (key: string) => rows.find((row) => row['key'] === key)?.['value'] as unknown;
        expect(value('so_reuseport')).toBe('1');
        expect(pids.map((_, at) => `${run}/${at + 1}`)).toContain(value('unix_socket_dir'));
      }
    });
  });

  test('of several processes only that of the query takes a request to cancel, before they know of each other', async () => {
    const plan = bouncerPlan(app, { sizes: processes(2) });
    await withPgBouncer(plan, app, known, POOLER_SURROUNDINGS, async (through, running) => {
      const at = (number: number) => `${running.folders.run}/${number}/.s.PGSQL.${through.port}`;
      const client = new Client({ ...through.config, host: `${running.folders.run}/1` });
      await client.connect();
      const asleep = client.query('SELECT pg_sleep(60)').then(
        () => 'woken',
        (error: unknown) => (error as { code?: string }).code,
      );
      await expect.poll(sleeping).toBe(1);
      const key = client as unknown as { processID: number; secretKey: number };
      await askToCancel(at(2), key);
      expect(await sleeping()).toBe(1);
      await askToCancel(at(1), key);
      expect(await asleep).toBe('57014');
      await client.end();
    });
  });

  async function sleeping(): Promise<number> {
    const { rows } = await admin.query(
      `SELECT count(*)::int AS sleeping FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(60)%'`,
    );
    return Number(rows[0]?.['sleeping']);
  }

  test('shows its statistics to the role that may see them, and lets it do nothing', async () => {
    const plan = bouncerPlan(app, { statsRole: 'watcher' });
    await withPgBouncer(plan, app, await watching(), POOLER_SURROUNDINGS, async (through) => {
      const console = { ...through.config, database: 'pgbouncer' };
      const watcher = new Client({ ...console, user: 'watcher' });
      await watcher.connect();
      expect((await watcher.query('SHOW POOLS')).rows).not.toEqual([]);
      await expect(watcher.query('PAUSE')).rejects.toThrow('admin access needed');
      await watcher.end();
      const other = new Client({ ...console, user: 'pgbouncer_auth' });
      await expect(other.connect()).rejects.toThrow('not allowed');
    });
  });

  /** The list of users with the secret of the role that watches, as its file says to write it. */
  async function watching() {
    const { rows } = await admin.query(`SELECT rolpassword FROM pg_authid WHERE rolname = 'watcher'`);
    return [...known, { name: 'watcher', password: String(rows[0]?.['rolpassword']) }];
  }

  /** How many sessions of the application the server ever has until something is over. */
  async function mostSessionsDuring(work: Promise<unknown>): Promise<number> {
    const over = new AbortController();
    void work.finally(() => over.abort());
    let most = 0;
    while (!over.signal.aborted) {
      const { rows } = await admin.query(
        `SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE usename IN ('app', 'pgbouncer_auth')`,
      );
      most = Math.max(most, Number(rows[0]?.['sessions']));
    }
    return most;
  }

  test('gives every transaction a session of the pool, and its timeout with it', async () => {
    const plan = bouncerPlan(app, { timeouts: { ...bouncerPlan(app).timeouts, statementSeconds: 7 } });
    await withPgBouncer(plan, app, known, POOLER_SURROUNDINGS, async (through) => {
      const database = openDatabase(through.config, { ...SETTINGS, max: 30 });
      const pids = await Promise.all(
        Array.from({ length: 30 }, () =>
          database.transaction(async (tx) => {
            const { rows } = await tx.query(
              `SELECT pg_backend_pid() AS pid, current_setting('statement_timeout') AS timeout FROM pg_sleep(0.01)`,
            );
            expect(rows[0]).toMatchObject({ timeout: '7s' });
            return rows[0]?.['pid'] as number;
          }),
        ),
      );
      await database.close();
      expect(new Set(pids).size).toBeLessThanOrEqual(plan.sizes.maxUserConnections);
    });
  });

  test('is noticed where facts are asked for through it, and the direct address is asked for', async () => {
    await withPgBouncer(bouncerPlan(app), app, known, POOLER_SURROUNDINGS, async (through) => {
      const open = <T>(use: (session: Session) => Promise<T>) => withSession(through, 'reader', null, use);
      const asking = open((first) =>
        open((second) => readPoolFacts(first, second, 'app', SAMPLE_PLAN, clock, POOLER_SURROUNDINGS.signal)),
      );
      await expect(asking).rejects.toMatchObject({
        code: 'transaction-pooler',
        hint: expect.stringContaining('direct address'),
      });
    });
  });

  test('says so where a timeout of the driver would silently not hold', async () => {
    await withPgBouncer(bouncerPlan(app), app, known, POOLER_SURROUNDINGS, async (through) => {
      const opened = openClient(through.config, { ...SETTINGS, statementTimeoutMs: 5_000 });
      await expect(opened).rejects.toThrow('unsupported startup parameter: statement_timeout');
    });
  });

  test('that does not start says why', async () => {
    const { server: address } = bouncerPlan(app);
    const plan = bouncerPlan(app, { server: { ...address, port: 0 } });
    await expect(
      withPgBouncer(plan, app, known, POOLER_SURROUNDINGS, async () => undefined),
    ).rejects.toMatchObject({ code: 'pooler-unavailable', message: expect.stringContaining('port') });
  });

  test('reaches the server as safely as pitstop did, or not at all', async () => {
    const caFile = await switchTlsOn(server.dataDirectory);
    const reached = async (parameters: string, without = '') => {
      const target = parseTarget(`${server.url}?${parameters}`, {});
      const tls = await withSession(target, 'reader', null, async (session) =>
        serverTls({ ...target, ...(await readTlsInUse(session)) }),
      );
      const address = { ...bouncerPlan(app).server, ...tls, caFile: without || tls.caFile };
      const plan = bouncerPlan(app, { server: address });
      return withPgBouncer(plan, app, known, POOLER_SURROUNDINGS, async (through) => {
        const client = await openClient(through.config, {
          ...SETTINGS,
          connectTimeoutMs: 1_500,
          retry: { ...SETTINGS.retry, attempts: 1 },
        });
        const { rows } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
        await client.end();
        return { tls: tls.tls, encrypted: rows[0]?.['ssl'] as unknown };
      });
    };
    expect(await reached('sslmode=prefer')).toEqual({ tls: 'require', encrypted: true });
    expect(await reached('sslmode=disable')).toEqual({ tls: 'prefer', encrypted: true });
    const verifying = `sslmode=require&sslrootcert=${caFile}`;
    expect(await reached(verifying)).toEqual({ tls: 'verify-ca', encrypted: true });
    await expect(reached(verifying, '/nowhere/ca.crt')).rejects.toThrow('timeout');
  });

  async function switchTlsOn(folder: string): Promise<string> {
    const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
    execFileSync(
      'openssl',
      `req -new -x509 -days 2 -nodes -newkey rsa:2048 -subj /CN=localhost -out ${certificate} -keyout ${key}`.split(
        ' ',
      ),
      { stdio: 'ignore' },
    );
    const { uid, gid } = await stat(folder);
    await chown(key, uid, gid);
    await chmod(key, 0o600);
    const readable = join(await mkdtemp(join(tmpdir(), 'pitstop-ca-')), 'ca.crt');
    onTestFinished(() => rm(dirname(readable), { recursive: true }));
    await chmod(dirname(readable), 0o755);
    await copyFile(certificate, readable);
    await admin.query('ALTER SYSTEM SET ssl = on');
    await admin.query('SELECT pg_reload_conf()');
    await expect.poll(async () => (await admin.query('SHOW ssl')).rows).toEqual([{ ssl: 'on' }]);
    return readable;
  }

  test('takes its function and its role back', async () => {
    const steps = authSteps('pgbouncer_auth', 'postgres', { role: false, schema: false });
    for (const { down } of steps.toReversed()) if (down !== null) await admin.query(down);
    const { rows } = await admin.query(
      `SELECT FROM pg_roles WHERE rolname = 'pgbouncer_auth' UNION ALL SELECT FROM pg_namespace WHERE nspname = 'pgbouncer'`,
    );
    expect(rows).toEqual([]);
    for (const { up } of steps) await admin.query(up);
    await admin.query(`ALTER ROLE pgbouncer_auth PASSWORD '${password}'`);
  });
});

/** A request of the protocol, on a connection of its own, which whoever got it closes. */
async function askToCancel(socket: string, key: { processID: number; secretKey: number }): Promise<void> {
  const request = Buffer.alloc(16);
  [16, 80_877_102, key.processID, key.secretKey].forEach((word, at) => request.writeInt32BE(word, 4 * at));
  const connection = connect(socket);
  connection.write(request);
  connection.resume();
  await once(connection, 'close');
}
