import { beforeAll, describe, expect, test } from 'vitest';
import { SERVER } from '../../test/support/profiles.ts';
import { loadParser } from '../sql/parse.ts';
import { inputFields } from '../task/input.ts';
import { parseTaskFile } from '../task/parse.ts';
import type { Trial } from '../trial.ts';
import type { SampledConnections } from '../pooling/sampled.ts';
import type { BouncerWishes } from '../pooling/pgbouncer/wishes.ts';
import type { SourcedProfile } from '../tuning/profile.ts';
import { pool } from './pool.ts';
import type { FactSheet } from './step.ts';

beforeAll(loadParser);

const BUSY: SampledConnections = {
  load: {
    seconds: 20,
    looks: 40,
    transactionsPerSecond: 200,
    sessionsPerSecond: 0,
    heldMs: 30,
    countedBusy: 6,
    seenBusy: { mean: 6, most: 9 },
    busyRatio: 0.9,
    parallelism: 1,
    cached: true,
    elsewhere: 0,
    notes: [],
  },
  limits: { maxConnections: 100, superuserReserved: 3, reserved: 0, databaseLimit: null, roleLimit: null },
  memory: {
    sharedBuffersBytes: 128 * 1024 ** 2,
    workMemBytes: 4 * 1024 ** 2,
    hashMemMultiplier: 2,
    maintenanceWorkMemBytes: 64 * 1024 ** 2,
    autovacuumBytes: 192 * 1024 ** 2,
  },
  server: { host: 'db', port: 5432, database: 'shop', tls: 'prefer', caFile: null },
  roles: 1,
  existing: { role: false, schema: false },
  uses: [{ feature: 'listen', name: 'orders', certain: true, where: 'src/listen.ts:1' }],
  hotStatements: null,
  unseen: [],
  bouncer: { minor: 18, patch: 0 },
};

const LOOPBACK: BouncerWishes = { listenAddress: '127.0.0.1' };

function open(
  guessed: readonly ('cpus' | 'memoryBytes')[] = [],
  connections: number | null = null,
  bouncerWishes = LOOPBACK,
) {
  const [item] = parseTaskFile('- [ ] 1 Connections run out at peak').items;
  if (item === undefined) throw new Error('no item');
  const read = pool.read(inputFields(item));
  if (!read.ok) throw new Error(read.problems.join('; '));
  const profile = Object.fromEntries(
    Object.entries({ ...SERVER, connections }).map(([name, value]) => [name, { value, source: 'given' }]),
  ) as SourcedProfile;
  const facts: Partial<FactSheet> = {
    hardware: { profile, guessed },
    bouncerWishes,
    poolSource: { module: 'export const SETTINGS: PoolSettings = {\n  max: 1,\n};\n', ending: '' },
  };
  return read.item.study(facts, 5);
}

function seen(
  study: ReturnType<typeof open>,
  trials: readonly Trial[],
  observations: unknown,
  accepted = true,
): Trial {
  const [proposal] = study.next(trials);
  if (proposal === undefined) throw new Error('nothing is proposed');
  const reason = { code: 'seen', message: 'what was seen' };
  return { state: 'observed', proposal, accepted, reason, observations, where: 'here' };
}

test('looks, then sweeps, then lets a storm come through what is written; then nothing more', () => {
  const study = open();
  const trials: Trial[] = [];
  const types: (string | undefined)[] = [];
  for (const observations of [BUSY, [], null]) {
    types.push(study.next(trials)[0]?.experiment?.type);
    trials.push(seen(study, trials, observations));
  }
  expect(types).toEqual(['sample-connections', 'sweep-pool', 'storm-pooler']);
  expect(study.next(trials)).toEqual([]);
});

describe('what is written', () => {
  function written(
    swept: unknown,
    accepted = true,
    sampled = BUSY,
    connections: number | null = null,
    wishes = LOOPBACK,
  ) {
    const study = open([], connections, wishes);
    const first = seen(study, [], sampled);
    const [proposal] = study.next([first, seen(study, [first], swept, accepted)]);
    const file = (name: string) => proposal?.change.files?.find((one) => one.name === name)?.text ?? '';
    return { proposal, file };
  }

  test('a load that was seen decides, whatever the sweep says', () => {
    const rows = [
      { size: 40, perSecond: [1_000], latencyMs: { p50: 1, p95: 1, p99: 1 }, statements: 9, errors: 0 },
    ];
    expect(written(rows).proposal?.change.summary).toBe(written([], false).proposal?.change.summary);
    expect(written([]).proposal?.change.summary).toMatch(/^1[0-9] connections .*by the load that was seen/);
  });

  test('without a load a steady sweep decides, one on a busy machine does not', () => {
    const load = { ...BUSY.load, transactionsPerSecond: 0, countedBusy: 0, seenBusy: { mean: 0, most: 0 } };
    const row = (size: number, perSecond: readonly number[]) => {
      const latencyMs = { p50: 1, p95: 1, p99: 1 };
      return { size, perSecond, latencyMs, statements: 9, errors: 0 };
    };
    const summaryOf = (rows: readonly unknown[]) =>
      written(rows, true, { ...BUSY, load }).proposal?.change.summary;
    const byRule = summaryOf([]);
    expect(summaryOf([row(2, [1_000, 1_001]), row(9, [1_000, 1_002])])).toMatch(/^2 connections/);
    expect(summaryOf([row(2, [600, 1_100]), row(9, [700, 1_300])])).toBe(byRule);
  });

  test.each([
    [null, 1_000],
    [100, 1_000],
    [5_000, 6_000],
  ])('lets in the clients that the profile has, and never few: %s', (connections, clients) => {
    const { file } = written([], true, BUSY, connections);
    expect(file('pgbouncer/pgbouncer.ini')).toContain(`\nmax_client_conn = ${clients}\n`);
    const unit = file('pgbouncer/pgbouncer.service.conf');
    expect(Number(/^LimitNOFILE=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(clients);
  });

  test('one process on the loopback interface by rule, which is said', () => {
    const { proposal, file } = written([]);
    expect(proposal?.notes?.join('\n')).toMatch(
      /^one process of PgBouncer: 200 transactions a second were seen/m,
    );
    expect(proposal?.notes?.join('\n')).toContain('for others set pgbouncer.listenAddress');
    expect(file('pgbouncer/pgbouncer.ini')).toContain(';; One process: 200 transactions a second');
    expect(file('pgbouncer/pgbouncer.ini')).toContain('\n;stats_users = monitoring\n');
  });

  test('several where the load asks for them', () => {
    const busy = { ...BUSY, load: { ...BUSY.load, transactionsPerSecond: 30_000 } };
    const { proposal, file } = written([], true, busy);
    expect(proposal?.notes?.join('\n')).toContain('2 processes of PgBouncer: 30,000 transactions a second');
    for (const name of ['pgbouncer-1.ini', 'pgbouncer-2.ini', 'pgbouncer@.service'])
      expect(file(`pgbouncer/${name}`), name).not.toBe('');
    expect(file('pgbouncer/pgbouncer-2.ini')).toContain('\nunix_socket_dir = /run/pgbouncer/2\n');
  });

  test('what the user wants of it', () => {
    const { proposal, file } = written([], true, { ...BUSY, bouncer: { minor: 25, patch: 2 } }, null, {
      processes: 3,
      listenAddress: '10.0.0.5',
      certificate: { certFile: '/etc/ssl/pool.crt', keyFile: '/etc/ssl/pool.key' },
      statsRole: 'watcher',
    });
    const ini = file('pgbouncer/pgbouncer-3.ini');
    for (const line of [
      ';; 3 processes: as pgbouncer.processes of the configuration says.',
      'listen_addr = 10.0.0.5',
      'client_tls_sslmode = require',
      'client_tls_key_file = /etc/ssl/pool.key',
      'stats_users = watcher',
      'peer_id = 3',
      '3 = host=/run/pgbouncer/3 port=6432',
    ])
      expect(ini.split('\n'), line).toContain(line);
    expect(file('pgbouncer/userlist.txt')).toContain('\n;"watcher" "SCRAM-SHA-256$..."\n');
    expect(proposal?.notes?.join('\n')).not.toMatch(/listenAddress|statsRole/);
  });

  test('more processes than the connections are enough for are not said to be what the user wants', () => {
    const few = { ...BUSY, limits: { ...BUSY.limits, maxConnections: 10 } };
    const { proposal, file } = written([], true, few, null, { ...LOOPBACK, processes: 16 });
    expect(file('pgbouncer/pgbouncer-2.ini')).toMatch(
      /^;; 2 processes: 16 were wanted \(as pgbouncer\.processes .* says\), for which the connections are too few\.$/m,
    );
    expect(proposal?.notes?.join('\n')).toContain('are too few for 16 processes');
  });

  test('as many prepared statements as are hot, up to what connections can hold', () => {
    const prepared = (hotStatements: number | null) =>
      /^max_prepared_statements = (\d+)$/m.exec(
        written([], true, { ...BUSY, hotStatements, bouncer: { minor: 25, patch: 2 } }).file(
          'pgbouncer/pgbouncer.ini',
        ),
      )?.[1];
    expect([null, 12, 640, 4_000].map(prepared)).toEqual(['200', '200', '640', '1000']);
  });

  test('what transaction pooling breaks stands in the file and in the item', () => {
    const { proposal, file } = written([]);
    expect(file('pgbouncer/pgbouncer.ini')).toContain('src/listen.ts:1');
    expect(proposal?.notes?.join('\n')).toContain('transaction pooling breaks listen (src/listen.ts:1)');
  });

  test('what makes the role and the function takes them back in the other order', () => {
    const { file } = written([]);
    const [up, down] = [file('pgbouncer/auth.sql'), file('pgbouncer/auth.reverse.sql')];
    expect(up.indexOf('CREATE ROLE')).toBeLessThan(up.indexOf('user_lookup'));
    expect(down.indexOf('user_lookup')).toBeLessThan(down.indexOf('DROP ROLE'));
  });
});

test('a server with neither load nor known cores is a question', () => {
  const study = open(['cpus', 'memoryBytes']);
  const load = { ...BUSY.load, transactionsPerSecond: 0, countedBusy: 0, seenBusy: { mean: 0, most: 0 } };
  const quiet = seen(study, [], { ...BUSY, load });
  expect(study.next([quiet])).toEqual([]);
  expect(study.settle([quiet])).toMatchObject({
    outcome: 'needs-information',
    reason: { code: 'pool-needs-cores' },
  });
});
