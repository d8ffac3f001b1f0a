import { z } from 'zod';
import { defineCheck } from '../check.ts';

const SQL = `SELECT pg_get_wal_replay_pause_state() AS state`;

export const replayPaused = defineCheck({
  name: 'replay-paused',
  area: 'replication',
  summary: 'replay of this standby is paused',
  advice:
    'SELECT pg_wal_replay_resume(); where the server paused itself, a setting here is lower than on the primary: see its log, and raise it',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 1,
    critical: null,
    direction: 'above',
    source:
      'it is somebody’s doing, or that of a setting lower than the primary’s, and does not end by itself',
  },
  needs: { server: 'standby' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ state: z.string() }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ state }) => ({
      subject: 'cluster',
      value: state === 'not paused' ? 0 : 1,
      message: `replay is ${state === 'pause requested' ? 'about to pause' : state}`,
    })),
});
