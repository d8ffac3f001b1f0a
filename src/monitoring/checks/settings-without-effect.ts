import { z } from 'zod';
import { defineCheck, type Draft } from '../check.ts';

/** As a new session gets them: what our own session sets is not in `reset_val`. Numbers are in the setting’s own unit. */
const SQL = `
  SELECT jsonb_object_agg(name, reset_val) AS settings, pg_jit_available() AS "jitAvailable"
    FROM pg_settings
   WHERE name IN ('jit', 'io_combine_limit', 'io_max_combine_limit', 'autovacuum', 'track_counts', 'autovacuum_max_workers',
                  'autovacuum_worker_slots', 'max_worker_processes', 'max_parallel_workers',
                  'max_parallel_workers_per_gather', 'max_parallel_maintenance_workers')`;

const ROW = z.object({ settings: z.record(z.string(), z.string()), jitAvailable: z.boolean() });
type Row = z.infer<typeof ROW>;

/** A setting that another one cuts off without a word. */
interface Ceiling {
  readonly name: string;
  readonly by: string;
  readonly advice: string;
}

const CEILINGS: readonly Ceiling[] = [
  {
    name: 'io_combine_limit',
    by: 'io_max_combine_limit',
    advice: 'raise io_max_combine_limit with it, which takes a restart and shared memory for each connection',
  },
  {
    name: 'autovacuum_max_workers',
    by: 'autovacuum_worker_slots',
    advice: 'raise autovacuum_worker_slots with it, which takes a restart',
  },
  {
    name: 'max_parallel_workers',
    by: 'max_worker_processes',
    advice: 'raise max_worker_processes with it, which takes a restart, or lower max_parallel_workers',
  },
  {
    name: 'max_parallel_workers_per_gather',
    by: 'max_parallel_workers',
    advice: 'raise max_parallel_workers with it: plans are made for workers that they never get',
  },
  {
    name: 'max_parallel_maintenance_workers',
    by: 'max_parallel_workers',
    advice: 'raise max_parallel_workers with it, or lower max_parallel_maintenance_workers',
  },
];

export const settingsWithoutEffect = defineCheck({
  name: 'settings-without-effect',
  area: 'settings',
  summary: 'settings that this build or another setting keeps from having an effect',
  advice: 'change both settings together',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 1,
    critical: null,
    direction: 'above',
    source:
      'no tool reads it; measured on 18.4: SET io_combine_limit = 1MB succeeds and is shown, while io_max_combine_limit keeps it at 128 kB',
  },
  sql: [{ from: 14, sql: SQL }],
  row: ROW,
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.flatMap((row) => [...cutOff(row), ...withoutCounts(row), ...withoutProvider(row)]),
});

function cutOff({ settings }: Row): readonly Draft[] {
  return CEILINGS.flatMap(({ name, by, advice }) => {
    const [value, ceiling] = [Number(settings[name]), Number(settings[by])];
    if (!(value > ceiling)) return [];
    return [
      {
        subject: name,
        value: 1,
        message: `${name} is ${value}, but ${by} keeps it at ${ceiling}`,
        advice,
      },
    ];
  });
}

function withoutCounts({ settings }: Row): readonly Draft[] {
  if (settings['autovacuum'] !== 'on' || settings['track_counts'] === 'on') return [];
  return [
    {
      subject: 'autovacuum',
      value: 1,
      message: 'autovacuum is on, but does nothing while track_counts is off',
      advice: 'switch track_counts on',
    },
  ];
}

/** It is on by default, also in builds without a provider: nothing to be alarmed by, nothing to tune either. */
function withoutProvider({ settings, jitAvailable }: Row): readonly Draft[] {
  if (settings['jit'] !== 'on' || jitAvailable) return [];
  return [
    {
      subject: 'jit',
      value: 1,
      level: 'ok',
      message: 'jit is on, but this build has no provider of it: nothing is ever compiled',
    },
  ];
}
