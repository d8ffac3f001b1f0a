import { formatBytes } from '../../report/format.ts';
import { formatCores } from '../format-setting.ts';
import type { RuleGroup, SettingRule, Situation } from '../rule.ts';
import { MB } from '../units.ts';

const maxWorkerProcesses: SettingRule = {
  name: 'max_worker_processes',
  formula:
    'the cores, but no more than one for each 256 MB of memory; never less than the server has, which extensions and replication may need',
  source: 'parallel workers are taken out of these',
  handSet: 'keep-larger',
  wish: (situation) => {
    const { cpus, memoryBytes } = situation.profile;
    const current = Number(situation.facts('max_worker_processes')?.value ?? 8);
    return {
      value: Math.max(current, Math.min(Math.ceil(cpus), byMemory(memoryBytes))),
      why: `for ${formatCores(cpus)}`,
    };
  },
};

const maxParallelWorkers: SettingRule = {
  name: 'max_parallel_workers',
  formula:
    'the cores (web, oltp, desktop: half of them, but 8 where there are 8), at least 2; no more than one for each 256 MB of memory, nor than max_worker_processes',
  source: 'bounds of memory: each worker may take work_mem; more workers than cores compute nothing more',
  handSet: 'keep-larger',
  wish: (situation) => {
    const { cpus, workload, memoryBytes } = situation.profile;
    const cores = Math.max(2, Math.ceil(cpus));
    const byCores =
      workload === 'dw' || workload === 'mixed' ? cores : Math.max(Math.min(cores, 8), cores / 2);
    const most = byMemory(memoryBytes);
    const value = Math.floor(Math.min(byCores, most, situation.number('max_worker_processes', 8)));
    return {
      value,
      why: most < byCores ? `one for each 256 MB of ${formatBytes(memoryBytes)}` : `for ${formatCores(cpus)}`,
      below: 'since each may take work_mem, and cores and memory do not reach for more',
      ceiling: value,
    };
  },
};

function byMemory(memoryBytes: number): number {
  return Math.max(2, Math.floor(memoryBytes / (256 * MB)));
}

const perGather: SettingRule = {
  name: 'max_parallel_workers_per_gather',
  formula: 'half of the cores, 2 to 8 for dw, 2 to 4 for mixed; else what the version has',
  source: 'one statement of a busy server should not take all cores; one of a data warehouse may',
  handSet: 'keep-larger',
  wish: (situation) => ofOneStatement(situation, { dw: 8, mixed: 4 }),
};

const perMaintenance: SettingRule = {
  name: 'max_parallel_maintenance_workers',
  formula:
    'half of the cores, 2 to 8 for dw, 2 to 4 for web, oltp and mixed; what the version has for desktop',
  source: 'builds of indexes; all of them share one maintenance_work_mem',
  handSet: 'keep-larger',
  wish: (situation) => ofOneStatement(situation, { dw: 8, web: 4, oltp: 4, mixed: 4 }),
};

function ofOneStatement(situation: Situation, most: Readonly<Partial<Record<string, number>>>) {
  const { cpus, workload } = situation.profile;
  const limit = most[workload];
  if (limit === undefined) return null;
  const value = Math.min(limit, Math.floor(cpus / 2), situation.number('max_parallel_workers', 8));
  return { value: Math.max(2, value), why: `half of ${formatCores(cpus)}, 2 to ${limit}` };
}

export const parallelism: RuleGroup = {
  group: 'parallelism',
  rules: [maxWorkerProcesses, maxParallelWorkers, perGather, perMaintenance],
};
