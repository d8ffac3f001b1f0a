import type { WorkloadKind } from '../profile.ts';
import type { RuleGroup, SettingRule, Wish } from '../rule.ts';
import { MB } from '../units.ts';

/** Nothing of this where a person sits at the machine. */
function onServers(name: string, wish: Wish, formula: string, source: string): SettingRule {
  return {
    name,
    formula: `${formula}; what the version has for desktop`,
    source,
    handSet: 'keep',
    wish: ({ profile: { workload } }) => (workload === 'desktop' ? null : wish),
  };
}

const SLOW_MS: Readonly<Record<WorkloadKind, number | null>> = {
  oltp: 250,
  web: 500,
  mixed: 1_000,
  dw: 10_000,
  desktop: null,
};

const slowStatements: SettingRule = {
  name: 'log_min_duration_statement',
  formula: 'oltp 250 ms, web 500 ms, mixed 1 s, dw 10 s; off for desktop',
  source: 'what is slow should leave a trace; texts and values of statements are in the log then',
  handSet: 'keep',
  wish: ({ profile: { workload } }) => {
    const value = SLOW_MS[workload];
    return value === null
      ? null
      : { value, why: 'slow statements leave a trace, with their texts and values' };
  },
};

const libraries: SettingRule = {
  name: 'shared_preload_libraries',
  formula: 'what is there, and pg_stat_statements where the server has it; never without a server to ask',
  source: 'a library that is missing stops the start',
  handSet: 'replace',
  wish: (situation) => {
    const { server } = situation;
    const standing = situation.facts('shared_preload_libraries')?.value ?? '';
    if (server.libraries?.includes(STATEMENTS) !== true || standing.includes(STATEMENTS)) return null;
    const value = standing.trim() === '' ? STATEMENTS : `${standing}, ${STATEMENTS}`;
    return { value, why: 'counts what the database spends its time on; needs CREATE EXTENSION afterwards' };
  },
};

const STATEMENTS = 'pg_stat_statements';

export const logging: RuleGroup = {
  group: 'logging',
  rules: [
    slowStatements,
    onServers(
      'log_lock_waits',
      { value: 'on', why: 'a session that waits for a lock for longer than deadlock_timeout leaves a trace' },
      'on',
      'nothing else says afterwards who waited for whom',
    ),
    onServers(
      'log_temp_files',
      { value: 10 * MB, why: 'what does not fit into work_mem leaves a trace' },
      '10 MB',
      'the evidence for more work_mem',
    ),
    onServers(
      'log_autovacuum_min_duration',
      { value: 10_000, why: 'a vacuum of more than 10 s leaves a trace', below: 'which shows hardly any' },
      '10 s',
      'the evidence for the settings of autovacuum',
    ),
    onServers(
      'log_checkpoints',
      { value: 'on', why: 'says what started each checkpoint' },
      'on',
      'the default since 15; the evidence for max_wal_size',
    ),
    onServers(
      'track_io_timing',
      {
        value: 'on',
        why: 'plans and statistics say how long reading took; pg_test_timing says what the clock costs',
      },
      'on',
      'PostgreSQL documentation 19.9.1: costs what reading the clock costs',
    ),
    onServers(
      'track_wal_io_timing',
      { value: 'on', why: 'statistics say how long writing and syncing the log took' },
      'on',
      'PostgreSQL documentation 19.9.1: costs what reading the clock costs',
    ),
    libraries,
  ],
};
