import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { profiles, SERVER } from '../../test/support/profiles.ts';
import { RULE_GROUPS } from './groups/index.ts';
import { UNTOUCHED } from './never.ts';
import { parseSetting } from './parse-setting.ts';
import { olderSettings } from '../../test/support/older-settings.ts';
import { POSTGRESQL_18 } from './postgresql-18.ts';
import type { HardwareProfile, ManagedService } from './profile.ts';
import { recommend, type Recommendation } from './recommend.ts';
import type { TuningServer } from './server.ts';
import type { SettingFacts } from './setting.ts';
import { GB, MB, toBase } from './units.ts';

/** May be less than the version's default, each for a reason that is part of its advice. */
const LESS_THAN_DEFAULT = [
  'autovacuum_analyze_scale_factor',
  'autovacuum_naptime',
  'autovacuum_vacuum_insert_scale_factor',
  'autovacuum_vacuum_max_threshold',
  'autovacuum_vacuum_scale_factor',
  'effective_cache_size',
  'log_autovacuum_min_duration',
  'max_connections',
  'max_parallel_workers',
  'random_page_cost',
  'work_mem',
];

describe('200 machines from 512 MB to 1 TB', () => {
  const on200 = (check: (profile: HardwareProfile, made: Recommendation) => void) =>
    fc.assert(
      fc.property(profiles(1024 * GB), (profile) => check(profile, recommend(profile, POSTGRESQL_18))),
      { numRuns: 200 },
    );

  test('get settings that the server has, with values that it takes, once each', () => {
    on200((_, { settings }) => {
      for (const { name, value } of settings) {
        const facts = POSTGRESQL_18.settings.get(name);
        expect(facts, name).toBeDefined();
        expect(parseSetting(value, facts!), `${name} = ${value}`).toMatchObject({ ok: true });
      }
      expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
    });
  });

  test('are expected to use no more than four fifths of memory, and under stress no more than all', () => {
    on200(({ memoryBytes }, { memory }) => {
      expect(memory.expectedBytes).toBeLessThanOrEqual(0.8 * memoryBytes);
      expect(memory.stressBytes).toBeLessThanOrEqual(memoryBytes);
      expect(memory.stressBytes).toBeGreaterThanOrEqual(memory.expectedBytes);
      expect(memory.pathologicalBytes).toBeGreaterThanOrEqual(memory.stressBytes);
    });
  });

  test('say so of what is written: the sum made once more of the fragment and the defaults alone', () => {
    on200(({ memoryBytes }, { settings }) => {
      const written = new Map(settings.map(({ name, value }) => [name, value]));
      const bytesOrCount = (name: string) => {
        const facts = POSTGRESQL_18.settings.get(name)!;
        const read = parseSetting(written.get(name) ?? facts.boot, facts);
        return read.ok ? toBase(Number(read.value), facts) : Number.NaN;
      };
      const sessions = bytesOrCount('max_connections');
      const maintenance = bytesOrCount('maintenance_work_mem');
      const each = bytesOrCount('autovacuum_work_mem');
      const sum =
        bytesOrCount('shared_buffers') +
        maintenance +
        bytesOrCount('autovacuum_max_workers') * (each < 0 ? maintenance : each) +
        sessions * 5 * MB +
        (sessions + bytesOrCount('max_parallel_workers')) *
          bytesOrCount('work_mem') *
          bytesOrCount('hash_mem_multiplier');
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThanOrEqual(memoryBytes);
    });
  });

  test('get nothing that is less than the default without a reason', () => {
    on200((_, { settings }) => {
      const less = settings.filter(({ name, value }) => {
        const facts = POSTGRESQL_18.settings.get(name)!;
        return facts.type !== 'enum' && numberOf(value, facts) < Number(facts.boot);
      });
      for (const { name, why } of less) {
        expect(LESS_THAN_DEFAULT).toContain(name);
        expect(why).toContain('less than the default');
      }
    });
  });

  test('start: nothing contradicts another setting', () => {
    on200((profile, { settings }) => {
      const value = valueIn(settings);
      const reserved = value('superuser_reserved_connections') + value('reserved_connections');
      expect(reserved).toBeLessThan(value('max_connections'));
      expect(value('autovacuum_max_workers')).toBeLessThanOrEqual(value('autovacuum_worker_slots'));
      expect(value('max_parallel_workers')).toBeLessThanOrEqual(value('max_worker_processes'));
      expect(value('max_worker_processes')).toBeGreaterThanOrEqual(8);
      expect(value('io_combine_limit')).toBe(value('io_max_combine_limit'));
      expect(value('min_wal_size')).toBeLessThan(value('max_wal_size'));
      expect(value('effective_io_concurrency')).toBeGreaterThanOrEqual(16);
      expect(value('vacuum_buffer_usage_limit') * 1024).toBeLessThanOrEqual(
        (value('shared_buffers') * 8192) / 8,
      );
      expect(value('io_combine_limit')).toBeLessThanOrEqual(profile.os === 'windows' ? 16 : 128);
    });
  });

  test('get nothing more once it is set', () => {
    on200((profile, { settings }) => {
      expect(recommend(profile, configured(POSTGRESQL_18, settings)).settings).toEqual([]);
    });
  });
});

test('the default of a setting is not proposed', () => {
  fc.assert(
    fc.property(profiles(1024 * GB), (profile) => {
      for (const { name, value } of recommend(profile, POSTGRESQL_18).settings) {
        const facts = POSTGRESQL_18.settings.get(name)!;
        expect(parseSetting(value, facts)).not.toEqual({ ok: true, value: facts.boot });
      }
    }),
  );
});

test('no rule is about what is never set', () => {
  const untouched = UNTOUCHED.map(({ name }) => name);
  const ruled = RULE_GROUPS.flatMap(({ rules }) => rules.map(({ name }) => name));
  expect(ruled.filter((name) => untouched.includes(name))).toEqual([]);
  expect(new Set(ruled).size).toBe(ruled.length);
  expect(untouched.filter((name) => !POSTGRESQL_18.settings.has(name))).toEqual([]);
});

describe('memory that is too little', () => {
  test('is an error that says what takes it', () => {
    expect(() => recommend({ ...SERVER, memoryBytes: 256 * MB }, POSTGRESQL_18)).toThrow(
      expect.objectContaining({
        code: 'memory-too-small',
        message: expect.stringMatching(
          /^256 MB of memory are too little for \d+ sessions: shared memory takes/,
        ),
      }),
    );
  });

  test('lowers work_mem before sessions, and names a pooler for these', () => {
    const few = { ...SERVER, memoryBytes: 16 * GB, workload: 'oltp', connections: 300 } as const;
    const made = recommend(few, POSTGRESQL_18);
    expect(settingIn(made, 'max_connections')?.value).toBe('310');
    expect(noteOn(made, 'work_mem')).toMatch(/pooler such as PgBouncer/);

    const tiny = recommend({ ...few, memoryBytes: 2 * GB }, POSTGRESQL_18);
    expect(Number(settingIn(tiny, 'max_connections')?.value)).toBeLessThan(100);
    expect(settingIn(tiny, 'work_mem')).toBeUndefined();
    expect(settingIn(tiny, 'max_connections')?.why).toContain('PgBouncer');
    expect(noteOn(tiny, 'max_connections')).toContain('310 clients need a pooler');
  });

  test('that are fewer than are connected now need a pooler before, by what is not reserved', () => {
    const tiny = { ...SERVER, memoryBytes: 512 * MB, connections: null } as const;
    const fewer = recommend(tiny, { ...POSTGRESQL_18, offline: false, connected: 0 });
    const most = Number(settingIn(fewer, 'max_connections')?.value);
    const told = (connected: number | null) =>
      recommend(tiny, { ...POSTGRESQL_18, offline: false, connected })
        .notes.map(({ text }) => text)
        .find((text) => text.includes('connected now'));
    // Three are for superusers.
    expect(told(most - 3)).toBeUndefined();
    expect(told(null)).toBeUndefined();
    expect(told(most - 2)).toMatch(
      `${most - 2} clients are connected now, and ${most} lets in ${most - 3} besides the 3 reserved: a pooler`,
    );
    // A server that keeps its sessions has nothing to be warned of.
    const large = recommend(SERVER, { ...POSTGRESQL_18, offline: false, connected: 100 });
    expect(large.notes.map(({ text }) => text).join()).not.toContain('connected now');
  });

  test('takes less than the usual work_mem only where too few sessions would fit', () => {
    const crowded = { ...SERVER, memoryBytes: 512 * MB, cpus: 64, workload: 'dw', connections: 100 } as const;
    const made = recommend(crowded, POSTGRESQL_18);
    expect(settingIn(made, 'work_mem')?.why).toContain('less than the default');
  });

  test('of a service whose sessions cannot be changed is said, and nothing is refused', () => {
    const server = withSettings(POSTGRESQL_18, { max_connections: '901' });
    const made = recommend({ ...SERVER, memoryBytes: 2 * GB, managed: 'neon' }, server);
    expect(noteOn(made, 'max_connections')).toContain('901 sessions do not fit into 2 GB');
    expect(settingIn(made, 'work_mem')).toBeUndefined();
  });
});

describe('a value set by hand', () => {
  test('is respected where it is larger and within its bound', () => {
    const made = recommend(SERVER, withSettings(POSTGRESQL_18, { shared_buffers: '786432' }));
    expect(settingIn(made, 'shared_buffers')).toBeUndefined();
    expect(noteOn(made, 'shared_buffers')).toBe('set by hand to 6GB, which is respected; the rule says 4GB');
    expect(made.memory.terms.sharedBytes).toBeGreaterThan(6 * GB);
  });

  test('is changed where it is beyond its bound, and the advice says so', () => {
    const made = recommend(SERVER, withSettings(POSTGRESQL_18, { shared_buffers: '1310720' }));
    expect(settingIn(made, 'shared_buffers')).toMatchObject({
      value: '4GB',
      old: '10GB',
      why: 'a quarter of 16 GB; set by hand to 10GB before',
    });
  });

  test('of work_mem is bounded by what fits', () => {
    const kept = recommend(SERVER, withSettings(POSTGRESQL_18, { work_mem: String(40 * 1024) }));
    expect(noteOn(kept, 'work_mem')).toContain('respected');
    const changed = recommend(SERVER, withSettings(POSTGRESQL_18, { work_mem: String(1024 * 1024) }));
    expect(settingIn(changed, 'work_mem')?.why).toContain('set by hand to 1GB before');
    expect(changed.memory.stressBytes).toBeLessThanOrEqual(16 * GB);
  });

  test('of a cost or a word is respected, unless it is asked for', () => {
    const server = withSettings(POSTGRESQL_18, {
      random_page_cost: '2',
      wal_compression: 'on',
      jit_above_cost: '5',
    });
    const made = recommend({ ...SERVER, workload: 'mixed' }, server);
    expect(settingIn(made, 'random_page_cost')).toBeUndefined();
    expect(settingIn(made, 'wal_compression')).toBeUndefined();
    const asked = recommend({ ...SERVER, workload: 'mixed' }, server, ['random_page_cost']);
    expect(asked.settings.map(({ name }) => name)).toEqual(['random_page_cost']);
  });

  test('that is the default written down is none', () => {
    const made = recommend(SERVER, withSettings(POSTGRESQL_18, { shared_buffers: '16384' }));
    expect(settingIn(made, 'shared_buffers')).toMatchObject({ old: '128MB', why: 'a quarter of 16 GB' });
  });

  test('on the command line is said to win', () => {
    const server = withSettings(POSTGRESQL_18, { max_wal_size: '2048' }, 'command line');
    expect(noteOn(recommend(SERVER, server), 'max_wal_size')).toContain('command line, which wins');
  });
});

test('memory that autovacuum was given by hand is bounded', () => {
  const made = recommend(
    SERVER,
    withSettings(POSTGRESQL_18, { autovacuum_work_mem: String(4 * 1024 * 1024) }),
  );
  expect(settingIn(made, 'autovacuum_work_mem')).toMatchObject({ value: '256MB', old: '4GB' });
});

describe('settings that are asked for', () => {
  test('are told of the memory that the others take', () => {
    const server = withSettings(POSTGRESQL_18, { max_connections: '1000', work_mem: String(64 * 1024) });
    const made = recommend(SERVER, server, ['random_page_cost']);
    expect(made.notes.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/under stress 1\d\d GB, of 16 GB/),
    );
    const alone = recommend({ ...SERVER, memoryBytes: 2 * GB }, server, ['work_mem']);
    expect(alone.settings).toEqual([]);
    expect(noteOn(alone, 'max_connections')).toBe('1000 sessions do not fit into 2 GB, whatever work_mem is');
  });

  test('come alone, with what has to move with them', () => {
    const dw = { ...SERVER, workload: 'dw' } as const;
    const names = (...asked: string[]) =>
      recommend(dw, POSTGRESQL_18, asked).settings.map(({ name }) => name);
    expect(names('workMem')).toEqual(['work_mem']);
    expect(names('io_combine_limit')).toEqual(['io_max_combine_limit', 'io_combine_limit']);
    expect(names('MAINTENANCE-WORK-MEM')).toEqual(['maintenance_work_mem', 'autovacuum_work_mem']);
    expect(names()).toEqual([]);
  });

  test('are computed with the rest as it is', () => {
    const { memory } = recommend(SERVER, POSTGRESQL_18, ['work_mem']);
    expect(memory.terms.sharedBytes).toBeLessThan(200 * MB);
    expect(memory.terms.sessions).toBe(100);
  });

  test.each([
    ['fsync', 'a crash may leave', ['wal_compression']],
    ['full_page_writes', 'a crash may leave', ['wal_compression']],
    ['synchronousCommit', 'can be lost', ['commit_delay']],
    ['parallelVacuumMinWorkers', 'PostgreSQL has never had it', ['VACUUM (PARALLEL n)']],
    ['block_size', 'there is no such setting', []],
    ['geqo_threshold', 'no rule says what it should be; it stays 12', []],
  ])('%s is refused: %s', (name, why, instead) => {
    const { settings, refused } = recommend(SERVER, POSTGRESQL_18, [name, 'random_page_cost']);
    expect(settings.map((advice) => advice.name)).toEqual(['random_page_cost']);
    expect(refused).toEqual([
      {
        name,
        why: expect.stringContaining(why),
        instead: expect.arrayContaining(instead),
      },
    ]);
  });
});

describe('a service', () => {
  const services: readonly ManagedService[] = [
    'rds',
    'aurora',
    'cloud-sql',
    'azure',
    'supabase',
    'neon',
    'other',
  ];

  test('gets nothing that it does not let be set, and says why', () => {
    fc.assert(
      fc.property(profiles(1024 * GB, services), (profile) => {
        const made = recommend(profile, POSTGRESQL_18);
        expect(settingIn(made, 'superuser_reserved_connections')).toBeUndefined();
        const onlySessions = profile.managed === 'neon' || profile.managed === 'other';
        expect(made.settings.filter(({ takes }) => onlySessions && takes !== 'session')).toEqual([]);
      }),
    );
    const aurora = recommend({ ...SERVER, managed: 'aurora' }, POSTGRESQL_18);
    expect(settingIn(aurora, 'shared_buffers')).toBeUndefined();
    expect(aurora.notes).toContainEqual({
      about: null,
      text: expect.stringMatching(/max_wal_size, checkpoint_timeout.*: Aurora’s storage/),
    });
    expect(aurora.notes).toContainEqual({
      about: null,
      text: expect.stringContaining('refuses ALTER SYSTEM'),
    });
  });

  test('that gives the server three quarters of memory is not told that nothing fits', () => {
    const server = withSettings(POSTGRESQL_18, { shared_buffers: String((12 * GB) / 8192) });
    const { memory } = recommend({ ...SERVER, managed: 'aurora' }, server);
    expect(memory.stressBytes).toBeLessThanOrEqual(16 * GB);
  });
});

describe('an older server', () => {
  const old = olderSettings(160_014);

  test('gets what it has, and is told what it does not', () => {
    const made = recommend({ ...SERVER, workload: 'dw', cpus: 32 }, old);
    expect(made.settings.map(({ name }) => name).filter((name) => name.startsWith('io_'))).toEqual([]);
    expect(made.notes).toContainEqual({
      about: null,
      text: 'PostgreSQL 16 does not have io_combine_limit, io_max_combine_limit, io_workers, autovacuum_vacuum_max_threshold: nothing is proposed in their place',
    });
  });

  test('is told on what it was tried, where there is something to try', () => {
    const text =
      'names, ranges and defaults are those of this server, PostgreSQL 16; what was started or measured for it ran on PostgreSQL 18';
    expect(recommend(SERVER, old).notes).toContainEqual({ about: null, text });
    const done = recommend(SERVER, old, ['fsync']);
    expect(done.settings).toEqual([]);
    expect(done.notes.map((note) => note.text)).not.toContain(text);
    expect(recommend(SERVER, POSTGRESQL_18).notes.map((note) => note.text)).not.toContain(text);
  });

  test('has one limit of combined reads, no way to choose a compression, no count of huge pages', () => {
    const dw = { ...SERVER, workload: 'dw' } as const;
    expect(settingIn(recommend(dw, olderSettings(170_010)), 'io_combine_limit')).toMatchObject({
      value: '256kB',
      why: 'long scans ask for fewer and larger reads',
    });
    expect(settingIn(recommend(SERVER, olderSettings(140_023)), 'wal_compression')).toMatchObject({
      value: 'on',
      why: 'full pages in the log are compressed, by pglz, which is all that 14 has',
    });
    const pages = (versionNumber: number) =>
      recommend(SERVER, olderSettings(versionNumber)).notes.find(({ about }) => about === 'huge_pages')?.text;
    expect(pages(150_018)).toContain('shared_memory_size_in_huge_pages');
    expect(pages(140_023)).toMatch(/where they are reserved: vm\.nr_hugepages has to be about \d+$/);
  });

  test('needs a restart where its own catalog says so', () => {
    const workers = old.settings.get('autovacuum_max_workers')!;
    const settings = new Map([
      ...old.settings,
      [workers.name, { ...workers, context: 'postmaster' as const }],
    ]);
    const made = recommend({ ...SERVER, cpus: 16 }, { ...old, settings });
    expect(settingIn(made, 'autovacuum_max_workers')).toMatchObject({ value: '5', takes: 'restart' });
    expect(
      settingIn(recommend({ ...SERVER, cpus: 16 }, POSTGRESQL_18), 'autovacuum_max_workers'),
    ).toMatchObject({
      takes: 'reload',
    });
  });

  test('is not told to prefetch where it cannot', () => {
    expect(settingIn(recommend({ ...SERVER, os: 'macos' }, old), 'effective_io_concurrency')).toBeUndefined();
    expect(
      settingIn(recommend({ ...SERVER, os: 'macos' }, POSTGRESQL_18), 'effective_io_concurrency')?.value,
    ).toBe('64');
  });
});

test('no more requests at once than io_max_concurrency lets a session have, since 18', () => {
  const nvme = { ...SERVER, storage: 'nvme' } as const;
  const of = (server: TuningServer) => settingIn(recommend(nvme, server), 'effective_io_concurrency');
  expect(of(POSTGRESQL_18)).toMatchObject({
    value: '64',
    why: expect.stringContaining('as far as io_max_concurrency'),
  });
  expect(of(withSettings(POSTGRESQL_18, { io_max_concurrency: '256' }))?.value).toBe('128');
  expect(of(withSettings(POSTGRESQL_18, { io_max_concurrency: '32' }))?.value).toBe('32');
  expect(of(olderSettings(170_010))?.value).toBe('128');
});

describe('how much log there is', () => {
  const MB_OF_LOG = 1024 ** 2;
  const with64GB = { ...SERVER, memoryBytes: 64 * GB };
  const of = (rate: number | null, profile: HardwareProfile = with64GB) =>
    settingIn(recommend(profile, { ...POSTGRESQL_18, logBytesPerSecond: rate }), 'max_wal_size');

  test('decides where it is more than the workload says, with room for checkpoints that begin early', () => {
    expect(of(null)?.value).toBe('4GB');
    expect(of(MB_OF_LOG)?.value).toBe('4GB');
    // 1.25 × 1.9 × 10 MB × 900 s.
    const busy = of(10 * MB_OF_LOG);
    const { value = '', why = '' } = busy ?? {};
    const bytes = parsedBytes(value);
    expect(bytes).toBeLessThanOrEqual(1.25 * 1.9 * 10 * MB_OF_LOG * 900);
    expect(bytes).toBeGreaterThan(0.9 * 1.25 * 1.9 * 10 * MB_OF_LOG * 900);
    expect(why).toMatch(/^10 MB of log a second, the mean so far, is 8\.\d+ GB in the 15 minutes/);
  });

  test('does not go beyond what recovery and the volume bear', () => {
    expect(of(100 * MB_OF_LOG, { ...with64GB, memoryBytes: 16 * GB })?.value).toBe('8GB');
    expect(of(100 * MB_OF_LOG, { ...with64GB, freeBytes: 20 * GB })?.value).toBe('8GB');
  });

  function parsedBytes(value: string): number {
    const parsed = parseSetting(value, POSTGRESQL_18.settings.get('max_wal_size')!);
    return parsed.ok ? Number(parsed.value) * MB_OF_LOG : NaN;
  }
});

describe('how a server was built', () => {
  test.each([
    [['pglz', 'lz4', 'zstd', 'on', 'off'], 'lz4'],
    [['pglz', 'zstd', 'on', 'off'], 'zstd'],
    [['pglz', 'on', 'off'], 'pglz'],
  ])('%j takes %s', (allowed, expected) => {
    const facts = POSTGRESQL_18.settings.get('wal_compression')!;
    const settings = new Map([...POSTGRESQL_18.settings, [facts.name, { ...facts, allowed }]]);
    expect(settingIn(recommend(SERVER, { ...POSTGRESQL_18, settings }), 'wal_compression')?.value).toBe(
      expected,
    );
  });

  test('without JIT says nothing of JIT', () => {
    expect(settingIn(recommend(SERVER, { ...POSTGRESQL_18, jitAvailable: false }), 'jit')).toBeUndefined();
    expect(settingIn(recommend(SERVER, { ...POSTGRESQL_18, jitAvailable: true }), 'jit')?.value).toBe('off');
  });

  test('preloads only what is there, beside what is loaded', () => {
    const online = {
      ...withSettings(POSTGRESQL_18, { shared_preload_libraries: 'auto_explain' }),
      offline: false,
    };
    const libraries = (there: readonly string[]) =>
      settingIn(recommend(SERVER, { ...online, libraries: there }), 'shared_preload_libraries')?.value;
    expect(libraries(['pg_stat_statements'])).toBe('auto_explain, pg_stat_statements');
    expect(libraries([])).toBeUndefined();
    expect(settingIn(recommend(SERVER, POSTGRESQL_18), 'shared_preload_libraries')).toBeUndefined();
  });
});

test('a limit for all of vacuum that is higher is not lowered for autovacuum', () => {
  const server = withSettings(POSTGRESQL_18, { vacuum_cost_limit: '5000' });
  expect(settingIn(recommend(SERVER, server), 'autovacuum_vacuum_cost_limit')).toBeUndefined();
});

test('a server that is not filled yet is not taken for a small one', () => {
  const value = (dataBytes: number | null) =>
    settingIn(recommend({ ...SERVER, storage: 'hdd', dataBytes }, POSTGRESQL_18), 'shared_buffers')?.value;
  expect([value(null), value(0), value(30 * MB), value(2 * GB)]).toEqual(['4GB', '4GB', '4GB', '2176MB']);
  const cost = (dataBytes: number) =>
    settingIn(recommend({ ...SERVER, storage: 'hdd', dataBytes }, POSTGRESQL_18), 'random_page_cost')?.value;
  expect([cost(30 * MB), cost(2 * GB), cost(2_000 * GB)]).toEqual([undefined, '1.1', undefined]);
});

test('what waits for a restart already is told of, also where nothing is advised of it', () => {
  const facts = POSTGRESQL_18.settings.get('max_connections')!;
  const server = {
    ...POSTGRESQL_18,
    offline: false,
    settings: new Map([...POSTGRESQL_18.settings, [facts.name, { ...facts, pendingRestart: true }]]),
  };
  const made = recommend(SERVER, server);
  expect(settingIn(made, 'max_connections')).toBeUndefined();
  expect(noteOn(made, 'max_connections')).toContain('waits for a restart already');
});

test('where the log may not grow, nothing of it is kept beyond need, and a full volume is warned of', () => {
  const small = recommend({ ...SERVER, freeBytes: 500 * MB }, POSTGRESQL_18);
  expect(settingIn(small, 'max_wal_size')).toBeUndefined();
  expect(settingIn(small, 'min_wal_size')).toBeUndefined();
  expect(noteOn(small, 'max_wal_size')).toContain('the server stops where that is full');
  const roomy = recommend({ ...SERVER, freeBytes: 100 * GB }, POSTGRESQL_18);
  expect(settingIn(roomy, 'min_wal_size')).toBeDefined();
  expect(noteOn(roomy, 'max_wal_size')).toBeUndefined();
});

test('the largest machine that a profile can be gets values that the server takes', () => {
  const largest = { ...SERVER, memoryBytes: 64 * 1024 * GB, cpus: 768, connections: 262_143 };
  for (const workload of ['web', 'dw'] as const) {
    const { settings, memory } = recommend({ ...largest, workload }, POSTGRESQL_18);
    expect(settingIn({ settings, memory, notes: [], refused: [] }, 'max_connections')?.value).toBe('262143');
    expect(
      settings.filter(({ name, value }) => !parseSetting(value, POSTGRESQL_18.settings.get(name)!).ok),
    ).toEqual([]);
    expect(memory.stressBytes).toBeLessThanOrEqual(64 * 1024 * GB);
  }
});

test('standbys are named where one follows', () => {
  const profile = { ...SERVER, connections: 300 };
  const online = { ...POSTGRESQL_18, offline: false };
  expect(noteOn(recommend(profile, { ...online, standbys: 1 }), 'max_connections')).toContain(
    'on standbys first',
  );
  expect(noteOn(recommend(profile, online), 'max_connections')).toBeUndefined();
});

function settingIn({ settings }: Recommendation, wanted: string) {
  return settings.find(({ name }) => name === wanted);
}

function noteOn({ notes }: Recommendation, setting: string): string | undefined {
  return notes.find(({ about }) => about === setting)?.text;
}

function numberOf(value: string, facts: SettingFacts): number {
  const parsed = parseSetting(value, facts);
  return parsed.ok ? Number(parsed.value) : Number.NaN;
}

/** In units of `pg_settings`, with the default of what is not proposed. */
function valueIn(settings: Recommendation['settings']): (name: string) => number {
  return (name) => {
    const facts = POSTGRESQL_18.settings.get(name)!;
    const advice = settings.find((one) => one.name === name);
    return advice === undefined ? Number(facts.boot) : numberOf(advice.value, facts);
  };
}

/** The server as it is once the settings are in its file. */
function configured(server: TuningServer, settings: Recommendation['settings']): TuningServer {
  return withSettings(
    server,
    Object.fromEntries(
      settings.map(({ name, value }) => {
        const parsed = parseSetting(value, server.settings.get(name)!);
        return [name, parsed.ok ? parsed.value : ''];
      }),
    ),
  );
}

function withSettings(
  server: TuningServer,
  values: Readonly<Record<string, string>>,
  source = 'configuration file',
): TuningServer {
  const changed = Object.entries(values).map(([name, value]) => {
    const facts = server.settings.get(name)!;
    return [name, { ...facts, value, source }] as const;
  });
  return { ...server, offline: false, settings: new Map([...server.settings, ...changed]) };
}
