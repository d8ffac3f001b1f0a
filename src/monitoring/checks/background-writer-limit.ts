import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { observeEach } from '../growth.ts';
import { formatCount, formatPercent, formatSpan } from '../words.ts';

const SQL = `
  SELECT maxwritten_clean::float8 AS stopped,
         (SELECT setting::float8 FROM pg_settings WHERE name = 'bgwriter_delay') AS "delayMs",
         current_setting('bgwriter_lru_maxpages')::float8 AS "mostPages",
         extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_bgwriter`;

export const backgroundWriterLimit = defineCheck({
  name: 'background-writer-limit',
  area: 'checkpoints',
  summary: 'rounds in which the background writer stopped at bgwriter_lru_maxpages, as a share of its rounds',
  advice:
    'raise bgwriter_lru_maxpages (a reload suffices), or sessions write pages by themselves (client-writes)',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 20,
    critical: null,
    direction: 'above',
    source:
      'no tool has a default; the writer is meant to be ahead of those who need room, so a round in five at its limit is no reserve',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    stopped: z.number(),
    delayMs: z.number(),
    mostPages: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [
    {
      name: 'background_writer_stops_total',
      help: 'Rounds in which the background writer stopped at bgwriter_lru_maxpages',
      type: 'counter',
      labels: {},
      value: ({ stopped }) => stopped,
    },
  ],
  observe: (sample) =>
    observeEach(sample, {
      of: 'the background writer',
      key: () => 'cluster',
      counters: ({ stopped }) => ({ stopped }),
      reset: ({ statsReset }) => statsReset,
      draft: ({ delayMs, mostPages }, { delta: { stopped }, seconds }) => {
        // It sleeps longer while there is nothing to do: the most rounds that there can have been.
        const rounds = Math.max(1, (1_000 * seconds) / delayMs);
        const value = Math.min(100, (100 * stopped) / rounds);
        return {
          subject: 'cluster',
          value,
          message: `the background writer stopped ${formatCount(stopped)} times in ${formatSpan(seconds)} at ${formatCount(mostPages)} pages (${formatPercent(value)} of its rounds)`,
        };
      },
    }),
});
