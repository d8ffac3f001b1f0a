import { expect, test } from 'vitest';
import type { MonitoredServer } from '../server.ts';
import { levelOf } from '../threshold.ts';
import { jitShare } from './jit-share.ts';

/** Builds without a provider never compile, as the one that the tests run on: these rows are as a server with one counts. */
const rowsOf = (...statements: readonly (readonly [id: string, jitMs: number, totalMs: number])[]) =>
  jitShare.parse(
    statements.map(([id, jitMs, totalMs]) => ({
      id,
      statement: `SELECT ${id}`,
      jitMs,
      totalMs,
      statsReset: 1,
    })),
  );

const SERVER = { database: 'shop' } as MonitoredServer;

function observe(before: ReturnType<typeof rowsOf>, rows: ReturnType<typeof rowsOf>) {
  const [draft] = jitShare.observe({
    rows,
    earlier: { rows: before, seconds: 60 },
    history: [],
    server: SERVER,
  });
  return { ...draft, level: draft?.level ?? levelOf(draft?.value ?? null, jitShare.threshold) };
}

test.each([
  ['short statements that are compiled each time', 700, 1_000, 'critical'],
  ['a third of the time', 330, 1_000, 'warning'],
  ['long ones', 100, 10_000, 'ok'],
  ['too little to tell', 90, 100, 'ok'],
])('%s', (_, jitMs, totalMs, level) => {
  const grown = observe(
    rowsOf(['1', 50, 100], ['2', 5, 5]),
    rowsOf(['1', 50 + jitMs, 100 + totalMs], ['2', 5, 5]),
  );
  expect(grown).toMatchObject({ subject: 'shop', level });
});

test('nothing that was ever compiled, and counters that went down', () => {
  expect(observe([], [])).toMatchObject({
    value: null,
    level: 'ok',
    message: 'no statement was ever compiled',
  });
  expect(observe(rowsOf(['1', 900, 9_000]), rowsOf(['1', 5, 10]))).toMatchObject({
    value: null,
    level: 'unknown',
  });
});
