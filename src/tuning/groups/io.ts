import { formatCores } from '../format-setting.ts';
import { STORAGE_WORDS, type Storage } from '../profile.ts';
import type { RuleGroup, SettingRule, Situation, Wish } from '../rule.ts';
import { majorOf } from '../server.ts';
import { GB, MB } from '../units.ts';

/**
 * How many requests `io_max_concurrency` lets a session have open where nobody sets it. Measured on 18.4 with 16: `pg_aios`
 * never had more than 16 of a session, with 16, 64 and 200 of `effective_io_concurrency`.
 */
const OPEN_REQUESTS = 64;
const CONCURRENCY: Readonly<Record<Storage, number>> = { nvme: 128, ssd: 64, san: 128, hdd: 16 };

const effectiveIoConcurrency: SettingRule = {
  name: 'effective_io_concurrency',
  formula:
    'NVMe and SAN 128, SSD 64, HDD and desktop 16; never less. From 18 on no more than io_max_concurrency, which is 64 where nobody sets it; before, only on Linux, and not for HDD',
  source:
    'measured on 18.4: a cold bitmap scan took twice as long with 2 as with 16, less again with 64, no less with 200',
  handSet: 'keep-larger',
  wish: (situation) => concurrency(situation),
};

const maintenanceIoConcurrency: SettingRule = {
  name: 'maintenance_io_concurrency',
  formula: 'as effective_io_concurrency',
  source: 'the same reads, by vacuum and analyze',
  handSet: 'keep-larger',
  wish: (situation) => concurrency(situation),
};

function concurrency(situation: Situation): Wish | null {
  const { storage, workload, os } = situation.profile;
  const isAsked = majorOf(situation.server) < 18;
  if (isAsked && (os !== 'linux' || storage === 'hdd')) return null;
  if (workload === 'desktop') return { value: 16, why: 'what 18 has' };
  const wanted = CONCURRENCY[storage];
  const why = `reads at the same time that ${STORAGE_WORDS[storage]} answers`;
  if (isAsked) return { value: wanted, why: `${why}; up to 17 the system is asked for them ahead` };
  // -1 is for what the server computes from its memory: this, or less on a small one.
  const set = situation.number('io_max_concurrency', -1);
  const open = set > 0 ? set : OPEN_REQUESTS;
  return open < wanted
    ? { value: open, why: `${why}, as far as io_max_concurrency lets a session ask` }
    : { value: wanted, why };
}

const ioWorkers: SettingRule = {
  name: 'io_workers',
  formula: 'a quarter of the cores (dw: half), at least 3 and at most 32; only with io_method = worker',
  source:
    'measured on 18.4 with 2 cores: a cold scan took three times as long with 1 as with 3. The knee is to be measured: more have also been seen to cost',
  handSet: 'keep-larger',
  wish: (situation) => {
    const { cpus, workload } = situation.profile;
    if (situation.word('io_method') !== 'worker' || workload === 'desktop') return null;
    const part = workload === 'dw' ? 2 : 4;
    return {
      value: Math.max(3, Math.ceil(cpus / part)),
      why: `${part === 2 ? 'half' : 'a quarter'} of ${formatCores(cpus)}`,
    };
  },
};

/** Blocks read at once. The server takes the lesser of both and says nothing, so one without the other does nothing. */
const COMBINED = 1 * MB;
const LONG_SCANS = 'long scans ask for fewer and larger reads';

const ioMaxCombineLimit: SettingRule = {
  name: 'io_max_combine_limit',
  formula: '1 MB for dw from 4 GB of memory on, together with io_combine_limit; not on Windows',
  source: 'measured on 18.4: io_combine_limit is cut to it in silence; its shared memory is in the bounds',
  handSet: 'keep-larger',
  wish: (situation) => combined(situation),
};

const ioCombineLimit: SettingRule = {
  name: 'io_combine_limit',
  formula: '1 MB for dw from 4 GB of memory on, together with io_max_combine_limit; not on Windows',
  source: LONG_SCANS,
  handSet: 'keep-larger',
  wish: (situation) => {
    const wish = combined(situation);
    if (wish === null || typeof wish.value !== 'number') return null;
    // It came with 17, its limit and the room above 256 kB with 18.
    if (situation.facts('io_max_combine_limit') === null) return { ...wish, why: LONG_SCANS };
    return { ...wish, value: Math.min(wish.value, situation.number('io_max_combine_limit', wish.value)) };
  },
};

/** Windows takes no more than the default, whatever a list of settings that was made elsewhere says. */
function combined({ profile: { workload, os, memoryBytes } }: Situation): Wish | null {
  if (workload !== 'dw' || os === 'windows' || memoryBytes < 4 * GB) return null;
  return { value: COMBINED, why: `${LONG_SCANS}; both limits move together` };
}

export const io: RuleGroup = {
  group: 'io',
  rules: [effectiveIoConcurrency, maintenanceIoConcurrency, ioWorkers, ioMaxCombineLimit, ioCombineLimit],
};
