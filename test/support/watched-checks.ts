import type { WatchedCheck } from '../../src/monitoring/artifacts/watched.ts';

/** Checks as a baseline shows them: two that are read, one that is not, one without marks. */
const CONNECTIONS: WatchedCheck = {
  name: 'connections-used',
  area: 'connections',
  state: 'read',
  level: 'ok',
  message: null,
  threshold: { warning: 75, critical: 90, direction: 'above', source: 'a tool' },
  summary: 'connections that are taken: "all" of them',
  advice: 'put a pool in front',
  unit: 'percent',
  observations: [{ subject: 'cluster', value: 3, level: 'ok', message: '3 of 100 connections' }],
};
const DAYS: WatchedCheck = {
  ...CONNECTIONS,
  name: 'sequence-days-left',
  area: 'capacity',
  unit: 'days',
  threshold: { warning: 30, critical: 7, direction: 'below', source: 'a tool', raiseAfter: 1 },
};
export const UNSEEN: WatchedCheck = {
  ...DAYS,
  name: 'wal-directory',
  area: 'wal',
  state: 'not-visible',
  message: 'no right',
};
const PLAIN: WatchedCheck = { ...CONNECTIONS, name: 'slot-lost', threshold: null };
export const ALL = [CONNECTIONS, DAYS, UNSEEN, PLAIN];
