import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCounted } from '../words.ts';

/** Names only: a value may be a secret. */
const SQL = `SELECT name FROM pg_settings WHERE pending_restart ORDER BY name`;

export const pendingRestart = defineCheck({
  name: 'pending-restart',
  area: 'settings',
  summary: 'settings whose new value in the configuration files waits for a restart',
  advice:
    'restart the server in a quiet hour, or take the change back; until then it runs with other values than its files say, and any restart brings the new ones',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 1,
    critical: null,
    direction: 'above',
    source: 'pgmonitor warns of any',
  },
  // Without it the settings that only superusers see are missing.
  needs: { role: 'pg_read_all_settings' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ name: z.string() }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) => [
    {
      subject: 'cluster',
      value: rows.length,
      message:
        rows.length === 0
          ? 'no setting waits for a restart'
          : `${formatCounted(rows.length, 'setting')} waiting for a restart: ${rows.map(({ name }) => name).join(', ')}`,
    },
  ],
});
