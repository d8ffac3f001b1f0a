import { expect, test } from 'vitest';
import { observeBusiest, type SessionBytes } from './busiest-sessions.ts';

const session = (pid: number, database: string, bytes: number, began = 1): SessionBytes => ({
  pid,
  role: 'app',
  application: 'web',
  database,
  began,
  bytes,
  statsReset: null,
});

const words = ({ pid }: SessionBytes, { bytes, seconds }: { bytes: number; seconds: number }) =>
  `${pid}: ${bytes} in ${seconds}`;

test('the one that has grown most in each database, which need not be the largest', () => {
  const rows = [session(1, 'a', 900), session(2, 'a', 500), session(3, 'b', 10)];
  const earlier = { rows: [session(1, 'a', 880), session(2, 'a', 100), session(3, 'b', 10)], seconds: 10 };
  expect(observeBusiest({ rows, earlier }, 'bytes', words)).toEqual([
    { subject: 'a', value: 40, message: '2: 400 in 10' },
    { subject: 'b', value: 0, message: '3: 0 in 10' },
  ]);
});

test('a process id that is used again is another session', () => {
  const earlier = { rows: [session(1, 'a', 100)], seconds: 10 };
  expect(observeBusiest({ rows: [session(1, 'a', 900, 2)], earlier }, 'bytes', words)).toEqual([
    { subject: 'cluster', value: null, message: 'no rate of bytes: it was not there before' },
  ]);
});
