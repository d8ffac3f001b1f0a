import { formatBytes } from '../../report/format.ts';
import { tellingDataBytes } from '../memory.ts';
import { STORAGE_WORDS, type Storage } from '../profile.ts';
import type { RuleGroup, SettingRule } from '../rule.ts';

/** What a page at random costs against one in a row; in a data warehouse more of it is read in a row. */
const PAGE_COST: Readonly<Record<Storage, { usual: number; dw: number }>> = {
  nvme: { usual: 1.1, dw: 1.5 },
  ssd: { usual: 1.1, dw: 1.5 },
  san: { usual: 1.5, dw: 2 },
  hdd: { usual: 4, dw: 4 },
};

const randomPageCost: SettingRule = {
  name: 'random_page_cost',
  formula:
    'NVMe and SSD 1.1 (dw 1.5), SAN 1.5 (dw 2), HDD 4; 1.1 where all data, 1 GB or more, fits into effective_cache_size',
  source:
    'PostgreSQL documentation 19.7.2: storage with a low cost of random reads, such as solid-state drives, wants 1.1',
  handSet: 'keep',
  wish: (situation) => {
    const { storage, workload } = situation.profile;
    const dataBytes = tellingDataBytes(situation.profile);
    const below = 'which is for a disk that turns';
    if (dataBytes !== null && dataBytes <= situation.number('effective_cache_size', 0))
      return { value: 1.1, why: `all ${formatBytes(dataBytes)} of data fit into the cache`, below };
    return {
      value: PAGE_COST[storage][workload === 'dw' ? 'dw' : 'usual'],
      why: `for ${STORAGE_WORDS[storage]}`,
      below,
    };
  },
};

const statisticsTarget: SettingRule = {
  name: 'default_statistics_target',
  formula: '500 for dw, else what the version has; single columns better by ALTER TABLE … SET STATISTICS',
  source:
    'PostgreSQL documentation 19.7.4: better estimates for longer ANALYZE, which few and long statements repay',
  handSet: 'keep',
  wish: ({ profile: { workload } }) =>
    workload === 'dw' ? { value: 500, why: 'few and long statements repay a longer ANALYZE' } : null,
};

export const planner: RuleGroup = { group: 'planner', rules: [randomPageCost, statisticsTarget] };
