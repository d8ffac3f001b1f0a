import { formatCores } from '../format-setting.ts';
import { STORAGE_WORDS, type Storage, type WorkloadKind } from '../profile.ts';
import type { RuleGroup, SettingRule } from '../rule.ts';

const MORE_OFTEN = 'which leaves more dead rows behind';

const maxWorkers: SettingRule = {
  name: 'autovacuum_max_workers',
  formula:
    'web and mixed 4 from 8 cores on, 5 from 16; oltp also 6 from 32; dw and desktop what the version has; no more than autovacuum_worker_slots',
  source: 'they share one cost limit: more workers vacuum more tables at a time, not more pages',
  handSet: 'keep-larger',
  wish: (situation) => {
    const { cpus, workload } = situation.profile;
    if (workload === 'dw' || workload === 'desktop') return null;
    const byCores = cpus >= 32 && workload === 'oltp' ? 6 : cpus >= 16 ? 5 : cpus >= 8 ? 4 : 3;
    const slots = situation.number('autovacuum_worker_slots', byCores);
    return { value: Math.min(byCores, slots), why: `for ${formatCores(cpus)}`, ceiling: slots };
  },
};

const COST_LIMIT: Readonly<Record<Storage, number | null>> = { nvme: 2000, ssd: 1000, san: 1000, hdd: null };

const costLimit: SettingRule = {
  name: 'autovacuum_vacuum_cost_limit',
  formula: 'NVMe 2000, SSD and SAN 1000; HDD and desktop what the version has (200)',
  source: 'with 200 and 2 ms all workers together dirty at most 39 MB a second, and read at most 390',
  handSet: 'keep-larger',
  wish: (situation) => {
    const { storage, workload } = situation.profile;
    const value = COST_LIMIT[storage];
    // Where it is not set, that of manual VACUUM holds.
    if (value === null || workload === 'desktop' || value <= situation.number('vacuum_cost_limit', 200))
      return null;
    return { value, why: `${STORAGE_WORDS[storage]} can write more than the 39 MB a second of the default` };
  },
};

interface Factors {
  readonly vacuum: number;
  readonly insert: number;
  readonly analyze: number;
}

const FACTORS: Readonly<Record<WorkloadKind, Factors | null>> = {
  web: { vacuum: 0.1, insert: 0.2, analyze: 0.05 },
  mixed: { vacuum: 0.1, insert: 0.2, analyze: 0.05 },
  oltp: { vacuum: 0.05, insert: 0.1, analyze: 0.02 },
  dw: { vacuum: 0.2, insert: 0.1, analyze: 0.05 },
  desktop: null,
};

function scaleFactor(name: string, of: keyof Factors, rows: string, formula: string): SettingRule {
  return {
    name,
    formula: `${formula}; what the version has for desktop`,
    source:
      'the default waits for a share that large tables take long to reach; the largest want ALTER TABLE … SET',
    handSet: 'keep',
    wish: ({ profile: { workload } }) => {
      const value = FACTORS[workload]?.[of];
      return value === undefined
        ? null
        : { value, why: `after ${value * 100} % of the rows ${rows}`, below: MORE_OFTEN };
    },
  };
}

const vacuumScale = scaleFactor(
  'autovacuum_vacuum_scale_factor',
  'vacuum',
  'are dead',
  'web and mixed 0.1, oltp 0.05, dw 0.2',
);
const insertScale = scaleFactor(
  'autovacuum_vacuum_insert_scale_factor',
  'insert',
  'are new',
  'web and mixed 0.2, oltp and dw 0.1',
);
const analyzeScale = scaleFactor(
  'autovacuum_analyze_scale_factor',
  'analyze',
  'have changed',
  'web, mixed and dw 0.05, oltp 0.02',
);

const maxThreshold: SettingRule = {
  name: 'autovacuum_vacuum_max_threshold',
  formula: 'oltp 10 million, else what the version has (100 million)',
  source: 'PostgreSQL documentation 19.10: bounds what the scale factor asks of very large tables; since 18',
  handSet: 'keep',
  wish: ({ profile: { workload } }) =>
    workload === 'oltp'
      ? { value: 10_000_000, why: 'a very large table is not left to 100 million', below: MORE_OFTEN }
      : null,
};

const naptime: SettingRule = {
  name: 'autovacuum_naptime',
  formula: '30 seconds for web, oltp and mixed; else what the version has',
  source: 'a small table that changes all the time is full of dead rows within a minute',
  handSet: 'keep',
  wish: ({ profile: { workload } }) =>
    workload === 'dw' || workload === 'desktop'
      ? null
      : {
          value: 30_000,
          why: 'small tables that change all the time are looked at more often',
          below: MORE_OFTEN,
        },
};

export const autovacuum: RuleGroup = {
  group: 'autovacuum',
  rules: [maxWorkers, costLimit, vacuumScale, insertScale, analyzeScale, maxThreshold, naptime],
};
