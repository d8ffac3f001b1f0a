import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sizingFacts } from '../../test/support/pool-sizing.ts';
import { sizePool, type PoolSizing } from './sizing.ts';

function sized(changes?: Parameters<typeof sizingFacts>[0]): PoolSizing {
  const sizing = sizePool(sizingFacts(changes));
  if (!sizing.ok) throw new Error(sizing.message);
  return sizing;
}

const codes = ({ notes }: PoolSizing) => notes.map(({ code }) => code);
const term = ({ terms }: Pick<PoolSizing, 'terms'>, name: string) => terms.find((one) => one.name === name);

/** 300/s of 8 ms are 2.4 connections, and 2.4 + 2.326 × √2.4 = 6.003…: seven. */
test('a pool has what Little’s law wants at the 99th percentile', () => {
  const sizing = sized();
  expect(sizing).toMatchObject({
    poolSize: 7,
    need: 7,
    supply: 8,
    limit: 94,
    saturated: false,
    basis: 'measured',
  });
  expect(term(sizing, 'need')?.formula).toContain('300 transactions/s × 8 ms = 2.40');
  expect(term(sizing, 'by cores')).toMatchObject({
    value: 8,
    formula: '(2 × 4 cores + 0, as all is cached)',
  });
  expect(sizing.share).toEqual({ parts: 2, perPart: 3, total: 6 });
  expect(codes(sizing)).toEqual([]);
});

test('what one look saw counts where the mean hides it', () => {
  const sizing = sized({ load: { seenBusy: { mean: 2.3, most: 8 } } });
  expect(sizing).toMatchObject({ need: 8, poolSize: 8 });
  expect(term(sizing, 'need')?.formula).toMatch(/^the most that one of 60 looks saw busy/);
});

test('every number has a formula and a source', () => {
  for (const { formula, source, value } of sized({
    application: { tasksPerProcess: 5, connectionsPerTask: 2 },
  }).terms) {
    expect(formula).not.toMatch(/^$|NaN|undefined|null/);
    expect(source).toMatch(/^\S/);
    expect(Number.isFinite(value)).toBe(true);
  }
});

describe('a saturated server', () => {
  const busy = {
    transactionsPerSecond: 3_000,
    heldMs: 10,
    countedBusy: 30,
    seenBusy: { mean: 30, most: 41 },
    busyRatio: 1,
  };

  test('is reported and gets no larger pool', () => {
    const sizing = sized({ load: busy });
    expect(sizing).toMatchObject({ saturated: true, need: 43, supply: 8, poolSize: 8 });
    expect(codes(sizing)).toEqual(['saturated']);
  });

  test('is none where its sessions wait for their clients: it bears more of them', () => {
    const sizing = sized({ load: { ...busy, busyRatio: 0.08 } });
    expect(sizing).toMatchObject({ saturated: false, supply: 50, poolSize: 43 });
    expect(codes(sizing)).toEqual(['idle-in-transaction']);
  });

  test('bears fewer where several processes work on a statement', () => {
    expect(sized({ load: { ...busy, parallelism: 3 } })).toMatchObject({ supply: 2, poolSize: 2 });
  });
});

test('the memory bounds the pool, and says so where it does not even bear its settings', () => {
  const workMemBytes = 512 * 1024 ** 2;
  expect(sized({ server: { workMemBytes } })).toMatchObject({ supply: 5, poolSize: 5, saturated: true });
  const short = sized({ server: { memoryBytes: 4 * 1024 ** 3 } });
  expect(short).toMatchObject({ supply: 1, poolSize: 1 });
  expect(codes(short)).toContain('memory-short');
});

describe('where nothing ran', () => {
  const quiet = {
    transactionsPerSecond: 0,
    heldMs: null,
    countedBusy: 0,
    seenBusy: { mean: 0, most: 0 },
    busyRatio: null,
  };

  test('the size is by rule and says so', () => {
    const sizing = sized({ load: quiet });
    expect(sizing).toMatchObject({ basis: 'by rule', need: null, poolSize: 8, saturated: false });
    expect(sizing.notes).toMatchObject([
      { code: 'need-unknown', message: expect.stringContaining('next to nothing ran in the 30 s') },
    ]);
  });

  test('and the cores are not known there is no number', () => {
    expect(sizePool(sizingFacts({ load: quiet, server: { cpus: null } }))).toMatchObject({
      ok: false,
      code: 'pool-needs-cores',
    });
  });
});

test('what cannot be seen is not taken for nothing', () => {
  const notes = [
    { code: 'not-visible', message: '' },
    { code: 'statistics-reset', message: '' },
  ] as const;
  const blind = {
    transactionsPerSecond: null,
    heldMs: null,
    countedBusy: null,
    seenBusy: null,
    busyRatio: null,
    notes,
  };
  const sizing = sized({ load: blind });
  expect(sizing).toMatchObject({ basis: 'by rule', need: null });
  expect(codes(sizing)).toEqual(['not-visible', 'statistics-reset', 'need-unknown']);
  expect(sizing.notes.at(-1)?.message).toContain('pg_read_all_stats');
});

test('without known cores the need alone decides', () => {
  const sizing = sized({ server: { cpus: null, memoryBytes: null } });
  expect(sizing).toMatchObject({ poolSize: 7, supply: null, saturated: false });
  expect(codes(sizing)).toEqual(['cores-unknown']);
});

describe('the limits of the server', () => {
  test('bound the pool and name what max_connections would have to be', () => {
    const sizing = sized({ limits: { maxConnections: 12, reserved: 1 } });
    expect(sizing).toMatchObject({ limit: 5, poolSize: 5 });
    // (7 + 3 direct) × 1.2 + 4 reserved
    expect(sizing.notes).toMatchObject([
      { code: 'limit-reached', message: expect.stringContaining('max_connections = 16') },
    ]);
  });

  test('leave nothing where sessions and reserved ones take it all', () => {
    expect(sizePool(sizingFacts({ limits: { maxConnections: 6 } }))).toMatchObject({
      ok: false,
      code: 'pool-needs-connections',
      message: expect.stringContaining('max_connections 6 − 3 reserved − 3 direct − 0 of other databases'),
    });
  });

  test.each([
    [{ databaseLimit: 7 }, 4, 'CONNECTION LIMIT 7 of the database − 3 direct'],
    [{ roleLimit: 2 }, 2, 'CONNECTION LIMIT 2 of the role'],
  ])('are also those of database and role: %o', (limits, limit, formula) => {
    const sizing = sized({ limits });
    expect(sizing).toMatchObject({ limit, poolSize: limit });
    expect(term(sizing, 'limit')?.formula).toBe(formula);
  });

  test('count sessions of other databases', () => {
    expect(sized({ load: { elsewhere: 90 } })).toMatchObject({ limit: 4, poolSize: 4 });
  });
});

describe('tasks that hold one connection and ask for another', () => {
  test('get a pool in which they cannot wait for each other', () => {
    const sizing = sized({ application: { tasksPerProcess: 10, connectionsPerTask: 2 } });
    expect(sizing).toMatchObject({ poolSize: 22 });
    expect(term(sizing, 'deadlock floor')?.formula).toBe('2 × (10 tasks × (2 − 1) + 1)');
  });

  test('are warned of where the server has no room for that', () => {
    const sizing = sized({
      application: { tasksPerProcess: 10, connectionsPerTask: 2 },
      limits: { maxConnections: 20 },
    });
    expect(sizing).toMatchObject({ poolSize: 14 });
    expect(codes(sizing)).toEqual(['limit-reached', 'deadlock-possible']);
  });
});

test('an application that connects for each task is told so', () => {
  expect(codes(sized({ load: { sessionsPerSecond: 250 } }))).toEqual(['connections-not-kept']);
  expect(codes(sized({ load: { sessionsPerSecond: 0.5, transactionsPerSecond: 2 } }))).toEqual([]);
  expect(codes(sized({ load: { sessionsPerSecond: null } }))).toEqual([]);
});

test('more processes than connections need a pooler', () => {
  const sizing = sized({ application: { processes: 20 } });
  expect(sizing.share).toEqual({ parts: 20, perPart: 1, total: 20 });
  expect(codes(sizing)).toEqual(['more-processes-than-connections']);
});

test('a pool is never larger than the server lets in, nor smaller than one', () => {
  const count = fc.integer({ min: 0, max: 500 });
  fc.assert(
    fc.property(
      fc.record({
        cpus: fc.option(fc.double({ min: 0.1, max: 256, noNaN: true })),
        memoryGigabytes: fc.option(fc.integer({ min: 1, max: 1_024 })),
        workMem: fc.integer({ min: 64, max: 2_000_000 }),
        busy: fc.option(fc.double({ min: 0, max: 1_000, noNaN: true })),
        most: fc.option(count),
        ratio: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        maxConnections: fc.integer({ min: 1, max: 1_000 }),
        elsewhere: count,
        direct: fc.integer({ min: 0, max: 50 }),
        processes: fc.integer({ min: 1, max: 64 }),
        tasks: fc.option(fc.integer({ min: 1, max: 100 })),
        held: fc.integer({ min: 1, max: 3 }),
      }),
      (drawn) => {
        const sizing = sizePool(
          sizingFacts({
            load: {
              countedBusy: drawn.busy,
              transactionsPerSecond: drawn.busy === null ? null : drawn.busy * 100,
              seenBusy: drawn.most === null ? null : { mean: drawn.most / 2, most: drawn.most },
              busyRatio: drawn.ratio,
              elsewhere: drawn.elsewhere,
            },
            server: {
              cpus: drawn.cpus,
              memoryBytes: drawn.memoryGigabytes === null ? null : drawn.memoryGigabytes * 1024 ** 3,
              workMemBytes: drawn.workMem * 1024,
            },
            limits: { maxConnections: drawn.maxConnections },
            application: {
              processes: drawn.processes,
              tasksPerProcess: drawn.tasks,
              connectionsPerTask: drawn.held,
              directSessions: drawn.direct,
            },
          }),
        );
        if (!sizing.ok) return;
        expect(sizing.poolSize).toBeGreaterThanOrEqual(1);
        expect(sizing.poolSize).toBeLessThanOrEqual(sizing.limit);
        expect(Number.isInteger(sizing.poolSize)).toBe(true);
        const mayExceed = !sizing.saturated || drawn.held > 1;
        expect(mayExceed || sizing.poolSize <= (sizing.supply ?? 0)).toBe(true);
      },
    ),
  );
});
