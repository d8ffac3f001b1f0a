import { expect, test } from 'vitest';
import type { MonitoredServer } from '../server.ts';
import { lockWait } from './lock-wait.ts';

const WAIT = {
  pid: 7,
  role: 'app',
  application: 'web',
  database: 'shop',
  seconds: 90,
  mode: 'AccessShareLock',
  kind: 'relation',
  relation: null,
  blockers: 1,
  blockerPid: 8,
  blockerRole: 'app',
  blockerApplication: '',
  blockerState: null,
  blockerSeconds: null,
};

function messageOf(changes: Partial<Record<keyof typeof WAIT, unknown>>): string | undefined {
  const rows = lockWait.parse([{ ...WAIT, ...changes }]);
  const server = { database: 'postgres' } as MonitoredServer;
  return lockWait.observe({ rows, earlier: { missing: 'not asked for' }, history: [], server })[0]?.message;
}

test.each([
  [
    'a relation of another database',
    {},
    'for AccessShareLock on a relation of that database, behind pid 8 (app)',
  ],
  [
    'a turn at a row, behind several that wait themselves',
    {
      kind: 'tuple',
      relation: 'public.t',
      blockers: 3,
      blockerState: 'waiting for a lock',
      blockerSeconds: 80,
    },
    'for its turn at a row of public.t, behind pid 8 (app) and 2 others, waiting for a lock for 1.3 minutes',
  ],
  [
    'a kind without a name of ours, behind a session that is hidden',
    { kind: 'extend', mode: 'ExclusiveLock', blockerRole: null, blockerApplication: null },
    'for ExclusiveLock (extend), behind pid 8',
  ],
  [
    'a prepared transaction',
    { kind: 'advisory', blockerPid: 0 },
    'for an advisory lock, behind a prepared transaction',
  ],
])('%s', (_, changes, words) => {
  expect(messageOf(changes)).toBe(`pid 7 (app, web) has waited 1.5 minutes ${words}`);
});
