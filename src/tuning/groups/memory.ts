import { formatBytes } from '../../report/format.ts';
import { LOADS, tellingDataBytes } from '../memory.ts';
import type { WorkloadKind } from '../profile.ts';
import type { RuleGroup, SettingRule, Wish } from '../rule.ts';
import { GB, MB } from '../units.ts';

const sharedBuffers: SettingRule = {
  name: 'shared_buffers',
  formula:
    'a quarter of memory, a fifth below 1 GB, a sixteenth up to 1 GB for desktop; no more than 64 GB, nor than 1.1 × the data where that is 1 GB or more',
  source: 'PostgreSQL documentation 19.4.1: a quarter to start with, more than 40 % unlikely to help',
  handSet: 'keep-larger',
  wish: ({ profile }) => {
    const { memoryBytes, workload } = profile;
    const dataBytes = tellingDataBytes(profile);
    const ceiling = 0.4 * memoryBytes;
    if (workload === 'desktop')
      return { ...least(part(memoryBytes, 16), { value: GB, why: 'at most 1 GB at a desk' }), ceiling };
    const share = memoryBytes < GB ? part(memoryBytes, 5) : part(memoryBytes, 4);
    const enough = [
      { value: 64 * GB, why: `64 GB: ${share.why} would be more, which wants huge pages and a measurement` },
      ...(dataBytes === null
        ? []
        : [
            {
              value: 1.1 * dataBytes,
              why: `the data is ${formatBytes(dataBytes)}, with room to grow`,
            },
          ]),
    ];
    return { ...least(share, ...enough), ceiling };
  },
};

const CACHE_SHARE: Readonly<Record<WorkloadKind, number>> = {
  web: 0.75,
  oltp: 0.75,
  dw: 0.75,
  mixed: 0.6,
  desktop: 0.25,
};

const effectiveCacheSize: SettingRule = {
  name: 'effective_cache_size',
  formula: '¾ of memory; 0.6 for mixed, ¼ for desktop',
  source:
    'PostgreSQL documentation 19.7.2: what one statement may find cached, by the server or the system; nothing is reserved',
  handSet: 'keep-larger',
  wish: ({ profile: { memoryBytes, workload } }) => ({
    value: CACHE_SHARE[workload] * memoryBytes,
    why: `${CACHE_SHARE[workload]} of ${formatBytes(memoryBytes)} may hold pages of the data`,
    below: 'which takes 4 GB of cache for granted',
    ceiling: memoryBytes,
  }),
};

const workMem: SettingRule = {
  name: 'work_mem',
  formula:
    'half (dw: 0.6) of what is left beside shared memory, maintenance, sessions and the system, for (active sessions + parallel workers) × sorts of a statement (web, oltp 1.5; mixed, desktop 2; dw 3) × hash_mem_multiplier; 4 MB to 64 (web), 32 (oltp, desktop), 128 MB (mixed), 2 GB (dw); lowered to what the bounds of memory allow',
  source: 'PostgreSQL documentation 19.4.1: several operations of several sessions use it at the same time',
  handSet: 'keep-larger',
  wish: (situation) => {
    const { fits, workMemBytes, mostWorkMemBytes, active, sessions } = situation.fit();
    if (!fits) return null;
    const { nodes } = LOADS[situation.profile.workload];
    return {
      value: workMemBytes,
      why: `for ${active} active of ${sessions} sessions and ${situation.number('max_parallel_workers', 8)} parallel workers with ${nodes} sorts or hash tables each`,
      below: `since more does not fit ${sessions} times into ${formatBytes(situation.profile.memoryBytes)}`,
      ceiling: mostWorkMemBytes,
    };
  },
};

const MAINTENANCE: Readonly<Record<WorkloadKind, { divisor: number; most: number }>> = {
  web: { divisor: 16, most: 2 * GB },
  oltp: { divisor: 16, most: 2 * GB },
  mixed: { divisor: 16, most: 2 * GB },
  dw: { divisor: 8, most: 8 * GB },
  desktop: { divisor: 16, most: 256 * MB },
};

const maintenanceWorkMem: SettingRule = {
  name: 'maintenance_work_mem',
  formula: 'a sixteenth of memory up to 2 GB; dw: an eighth up to 8 GB; desktop: a sixteenth up to 256 MB',
  source: 'PostgreSQL documentation 19.4.1: few sessions build an index or vacuum at the same time',
  handSet: 'keep-larger',
  wish: ({ profile: { memoryBytes, workload } }) => {
    const { divisor, most } = MAINTENANCE[workload];
    return {
      ...least(part(memoryBytes, divisor), { value: most, why: `${formatBytes(most)}, enough for a build` }),
      ceiling: memoryBytes / 8,
    };
  },
};

const autovacuumWorkMem: SettingRule = {
  name: 'autovacuum_work_mem',
  formula:
    'a sixty-fourth of memory, 64 MB to 1 GB (desktop: 64 MB); all workers together no more than a sixteenth of memory, but each at least 8 MB',
  source:
    'PostgreSQL documentation 19.4.1: by default each worker takes maintenance_work_mem, which the rule above raises',
  handSet: 'keep-larger',
  wish: (situation) => {
    const { memoryBytes, workload } = situation.profile;
    const workers = situation.number('autovacuum_max_workers', 3);
    const share = workload === 'desktop' ? 64 * MB : Math.min(GB, Math.max(64 * MB, memoryBytes / 64));
    const room = Math.max(8 * MB, memoryBytes / 16 / workers);
    const value = Math.min(share, room);
    // Where nothing is set, maintenance_work_mem holds: that may be small enough.
    const unset = Number(situation.facts('autovacuum_work_mem')?.value) < 0;
    if (unset && value >= situation.number('maintenance_work_mem', 64 * MB)) return null;
    return {
      value,
      why: `so that ${workers} workers together take no more than a sixteenth of ${formatBytes(memoryBytes)}`,
      ceiling: memoryBytes / 16 / workers,
    };
  },
};

const vacuumBufferUsageLimit: SettingRule = {
  name: 'vacuum_buffer_usage_limit',
  formula: '16 MB for web and mixed, 32 MB for oltp, 64 MB for dw; no more than an eighth of shared_buffers',
  source:
    'PostgreSQL documentation 19.4.1: a larger ring makes vacuum write less of the log at a time; bounded at ⅛',
  handSet: 'keep',
  wish: (situation) => {
    const wanted = BUFFER_RING[situation.profile.workload];
    if (wanted === null) return null;
    const ceiling = situation.number('shared_buffers', 0) / 8;
    return { value: Math.min(wanted, ceiling), why: 'room for vacuum before it has to write pages out' };
  },
};

const BUFFER_RING: Readonly<Record<WorkloadKind, number | null>> = {
  web: 16 * MB,
  oltp: 32 * MB,
  mixed: 16 * MB,
  dw: 64 * MB,
  desktop: null,
};

export const memory: RuleGroup = {
  group: 'memory',
  rules: [
    sharedBuffers,
    effectiveCacheSize,
    workMem,
    maintenanceWorkMem,
    autovacuumWorkMem,
    vacuumBufferUsageLimit,
  ],
};

const PARTS: Readonly<Record<number, string>> = {
  4: 'a quarter',
  5: 'a fifth',
  8: 'an eighth',
  16: 'a sixteenth',
};

function part(memoryBytes: number, divisor: number): Wish & { value: number } {
  return { value: memoryBytes / divisor, why: `${PARTS[divisor]} of ${formatBytes(memoryBytes)}` };
}

function least(first: Wish & { value: number }, ...others: readonly (Wish & { value: number })[]): Wish {
  return others.reduce((lowest, other) => (other.value < lowest.value ? other : lowest), first);
}
