import { describe, expect, test } from 'vitest';
import type { SessionUse } from '../session-uses.ts';
import { authSteps } from './auth.ts';
import { bouncerFiles } from './files.ts';
import { BOUNCER_TIMEOUTS, type BouncerPlan } from './plan.ts';
import { bouncerSizes } from './sizes.ts';
import { readBouncerVersion, weaknessesOf } from './version.ts';

function planned(version: string, changes: Partial<BouncerPlan> = {}): BouncerPlan {
  const read = readBouncerVersion(version);
  if (read === null) throw new Error(`${version} is no version`);
  return {
    version: read,
    server: { host: 'db.example.com', port: 5432, database: 'shop', tls: 'prefer', caFile: null },
    listen: { address: '127.0.0.1', port: 6432, certificate: null },
    folders: { config: '/etc/pgbouncer', run: '/run/pgbouncer', log: '/var/log/pgbouncer' },
    sizes: bouncerSizes({ poolSize: 8, limit: 90, roles: 1, clients: 250, processes: 1 }),
    processesWhy: 'as a test wants it',
    authRole: 'pgbouncer_auth',
    statsRole: null,
    timeouts: BOUNCER_TIMEOUTS,
    preparedStatements: null,
    uses: [],
    ...changes,
  };
}

const several = { sizes: bouncerSizes({ poolSize: 8, limit: 90, roles: 1, clients: 250, processes: 2 }) };

function text(plan: BouncerPlan, name = 'pgbouncer.ini'): string {
  return bouncerFiles(plan).find((file) => file.name === name)?.text ?? '';
}

/** The settings of a file, comments apart. */
function settingsOf(ini: string): Record<string, string> {
  const lines = ini.split('\n').filter((line) => /^\w+ = /.test(line));
  return Object.fromEntries(lines.map((line) => line.split(/ = (.*)/).slice(0, 2)));
}

describe('a file has what its release knows:', () => {
  test.each([
    ['1.18.0', { max_prepared_statements: undefined, auth_dbname: undefined }],
    ['1.19.1', { max_prepared_statements: undefined, auth_dbname: 'shop' }],
    ['1.21.0', { max_prepared_statements: '200', auth_dbname: 'shop' }],
    ['1.25.2', { max_prepared_statements: '200', auth_dbname: 'shop' }],
  ])('%s', (version, expected) => {
    const settings = settingsOf(text(planned(version)));
    expect({ max_prepared_statements: undefined, auth_dbname: undefined, ...settings }).toMatchObject(
      expected,
    );
    expect(settings).toMatchObject({
      pool_mode: 'transaction',
      auth_type: 'scram-sha-256',
      auth_user: 'pgbouncer_auth',
      default_pool_size: '8',
      reserve_pool_size: '2',
      max_db_connections: '11',
      max_user_connections: '10',
      max_client_conn: '300',
      ignore_startup_parameters: 'extra_float_digits,options',
      query_wait_timeout: '30',
    });
  });

  test('peers from 1.19 on, and before a word on what is lost without them', () => {
    const peered = text(planned('1.19.0', several), 'pgbouncer-2.ini');
    expect(peered).toContain(
      '[peers]\n1 = host=/run/pgbouncer/1 port=6432\n2 = host=/run/pgbouncer/2 port=6432\n',
    );
    expect(settingsOf(peered)).toMatchObject({
      peer_id: '2',
      so_reuseport: '1',
      unix_socket_dir: '/run/pgbouncer/2',
    });
    const alone = text(planned('1.18.0', several), 'pgbouncer-2.ini');
    expect(alone).not.toMatch(/\[peers\]|peer_id/);
    expect(alone).toContain('cannot hand requests to cancel on');
  });

  test('each of several processes has a socket, a process id and a log of its own, and the port of all', () => {
    const own = ['unix_socket_dir', 'pidfile', 'logfile', 'peer_id'];
    const [first = {}, second = {}] = [1, 2].map((number) =>
      settingsOf(text(planned('1.25.2', several), `pgbouncer-${number}.ini`)),
    );
    const differing = Object.keys(second).filter((name) => first[name] !== second[name]);
    expect(differing.toSorted()).toEqual(own.toSorted());
    expect(first).toMatchObject({ listen_port: '6432', so_reuseport: '1', auth_file: second['auth_file'] });
  });

  test('as many prepared statements as the application has', () => {
    expect(settingsOf(text(planned('1.24.0', { preparedStatements: 650 })))).toMatchObject({
      max_prepared_statements: '650',
    });
    expect(text(planned('1.20.0'))).toContain('does not follow prepared statements');
  });

  test('the weaknesses that it is open to', () => {
    expect(text(planned('1.18.0'))).toContain(
      'CVE-2025-2291, CVE-2025-12819, CVE-2026-6664 to CVE-2026-6667',
    );
    expect(weaknessesOf({ minor: 24, patch: 1 })).toEqual([
      'CVE-2025-12819',
      'CVE-2026-6664 to CVE-2026-6667',
    ]);
    expect(text(planned('1.25.2'))).not.toContain('CVE-2026');
  });
});

test('one section of each kind: a second one would take the first one’s settings back', () => {
  for (const { name, text: ini } of bouncerFiles(planned('1.25.2', several)).filter((file) =>
    file.name.endsWith('.ini'),
  )) {
    const sections = ini.split('\n').filter((line) => line.startsWith('['));
    expect(sections, name).toEqual(['[databases]', '[peers]', '[pgbouncer]']);
    expect(ini).not.toMatch(/^%include/m);
  }
});

test('no file holds a secret, and the list of users says what to put there', () => {
  const users = text(planned('1.18.0'), 'userlist.txt');
  expect(
    users
      .split('\n')
      .filter((line) => line !== '')
      .every((line) => line.startsWith(';')),
  ).toBe(true);
  for (const file of bouncerFiles(planned('1.18.0'))) expect(file.text).not.toMatch(/password\s*=/i);
});

describe('what transaction mode breaks', () => {
  const use = (changes: Partial<SessionUse>): SessionUse => ({
    feature: 'listen',
    name: 'jobs',
    certain: true,
    where: 'src/jobs.ts:14',
    ...changes,
  });

  test('is listed with where it is and what to do instead', () => {
    const ini = text(
      planned('1.18.0', {
        uses: [use({}), use({ feature: 'advisory-lock', name: null, certain: false, where: '3 sessions' })],
      }),
    );
    expect(ini).toContain(';;   LISTEN: notifications go to a session');
    expect(ini).toContain(';;     jobs: src/jobs.ts:14');
    expect(ini).toContain(';;     3 sessions (possibly)');
    expect(ini).toContain('pg_advisory_xact_lock');
  });

  test('is counted where it is much', () => {
    const uses = Array.from({ length: 20 }, (_, at) => use({ name: `channel_${at}` }));
    expect(text(planned('1.18.0', { uses }))).toContain(';;     and 12 more');
  });

  test('is said to be nothing only of what was looked at', () => {
    expect(text(planned('1.18.0'))).toContain('What was not looked at may use them.');
  });

  test('cannot become a setting by its name', () => {
    const ini = text(
      planned('1.18.0', {
        uses: [use({ name: 'x\nauth_type = any', where: 'a\r\nadmin_users = x\u2028:1' })],
      }),
    );
    expect(settingsOf(ini)).not.toHaveProperty('admin_users');
    expect(settingsOf(ini)['auth_type']).toBe('scram-sha-256');
  });
});

describe('names', () => {
  const server = planned('1.18.0').server;

  test('are quoted where they need it', () => {
    const plan = planned('1.18.0', { server: { ...server, database: 'Bob\'s "shop"' } });
    expect(text(plan)).toContain(`"Bob's ""shop""" = host=db.example.com port=5432 dbname='Bob''s "shop"'`);
    expect(text(planned('1.18.0', { authRole: 'a"b' }), 'userlist.txt')).toContain(';"a""b" "the password"');
  });

  test.each(['a\nb', 'a\u0000b', 'a\u2028b'])('with control characters are refused: %j', (database) => {
    expect(() => bouncerFiles(planned('1.18.0', { server: { ...server, database } }))).toThrow(
      'cannot be written',
    );
  });

  test('that are PgBouncer’s own are refused', () => {
    expect(() => bouncerFiles(planned('1.18.0', { server: { ...server, database: 'pgbouncer' } }))).toThrow(
      'console',
    );
  });
});

test('a limit for statements is set on each connection, and none without one', () => {
  const timeouts = { ...BOUNCER_TIMEOUTS, statementSeconds: 30 };
  expect(text(planned('1.18.0', { timeouts }))).toContain(`connect_query='SET statement_timeout = ''30s'''`);
  expect(text(planned('1.18.0'))).not.toContain('connect_query');
});

test('who cannot reach it is told what to change', () => {
  expect(text(planned('1.18.0'))).toContain('Only clients on its own machine reach it.');
  const open = { address: '127.0.0.1,10.0.0.5', port: 6432, certificate: null };
  const ini = text(planned('1.18.0', { listen: open }));
  expect(ini).not.toContain('Only clients');
  expect(ini).toContain('let in without TLS');
});

test('a role for statistics has to be in the list of users, with its SCRAM secret', () => {
  expect(text(planned('1.18.0'))).toContain('\n;stats_users = monitoring\n');
  const named = planned('1.18.0', { statsRole: 'watcher' });
  expect(settingsOf(text(named))).toMatchObject({ stats_users: 'watcher' });
  expect(text(named, 'userlist.txt')).toMatch(/^;"watcher" "SCRAM-SHA-256/m);
});

test('an authority that has to be there is named', () => {
  const server = { ...planned('1.18.0').server, tls: 'verify-full', caFile: '/etc/ours/ca.crt' } as const;
  expect(settingsOf(text(planned('1.18.0', { server })))).toMatchObject({
    server_tls_sslmode: 'verify-full',
    server_tls_ca_file: '/etc/ours/ca.crt',
  });
});

test('clients from elsewhere need TLS, or a word of warning', () => {
  const open = { address: '0.0.0.0', port: 6432, certificate: null };
  expect(text(planned('1.18.0', { listen: open }))).toContain('let in without TLS');
  const certificate = { certFile: '/etc/ssl/pool.crt', keyFile: '/etc/ssl/pool.key' };
  const closed = text(planned('1.18.0', { listen: { ...open, certificate } }));
  expect(settingsOf(closed)).toMatchObject({
    client_tls_sslmode: 'require',
    client_tls_key_file: '/etc/ssl/pool.key',
  });
  expect(closed).not.toContain('let in without TLS');
});

test.each([
  ['PgBouncer 1.18.0\nlibevent 2.1.12-stable', { minor: 18, patch: 0 }],
  ['1.25', { minor: 25, patch: 0 }],
  ['PgBouncer 1.17.0', null],
  ['psql (PostgreSQL) 18.1', null],
  ['', null],
])('a version is read, or not one: %j', (printed, version) => {
  expect(readBouncerVersion(printed)).toEqual(version);
});

describe('the function that looks up passwords', () => {
  const sql = authSteps('Pool Auth', 'shop', { role: false, schema: false });

  test('runs as its owner, with a search path of its own, for one role alone', () => {
    const all = sql.map(({ up }) => up).join(';\n');
    expect(all).toContain('SECURITY DEFINER\nSET search_path = pg_catalog, pg_temp');
    expect(all).toContain('rolvaliduntil IS NULL OR rolvaliduntil > now()');
    expect(all).toContain('FROM PUBLIC');
    expect(all).toContain('CREATE ROLE "Pool Auth" LOGIN NOINHERIT');
    expect(all).not.toMatch(/PASSWORD/);
  });

  test('is never open to everybody on its way back', () => {
    expect(sql.map(({ down }) => down).join('\n')).not.toContain('PUBLIC');
  });

  test('leaves alone what was there before', () => {
    const existing = authSteps('pool', 'shop', { role: true, schema: true }).flatMap(({ up, down }) => [
      up,
      down ?? '',
    ]);
    expect(existing.filter((statement) => /(?:CREATE|DROP) (?:ROLE|SCHEMA)/.test(statement))).toEqual([]);
  });
});
