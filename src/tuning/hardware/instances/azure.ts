import { GB, type Instance, type InstanceNames } from './instance.ts';

/** `B`: vCPUs and GB by name. */
const BURSTABLE: Readonly<Record<string, readonly [cpus: number, gigabytes: number]>> = {
  b1ms: [1, 2],
  b2s: [2, 4],
  b2ms: [2, 8],
  b4ms: [4, 16],
  b8ms: [8, 32],
  b12ms: [12, 48],
  b16ms: [16, 64],
  b20ms: [20, 80],
};

const CPUS = { d: [2, 4, 8, 16, 32, 48, 64, 96], e: [2, 4, 8, 16, 20, 32, 48, 64, 96] } as const;
const GIGABYTES_PER_CPU = { d: 4, e: 8 } as const;
/** The largest of a series have less for each vCPU: 6,912 MB by the service's own list, and 672 GB in all. */
const LARGEST: Readonly<Record<string, number>> = { 'e64 v3': 432, 'e64 v4': 432, 'e96 v5': 672 };

/**
 * `Standard_D4ds_v5`, also with the tier before it (`GP_`, `MO_`, `B_`): Azure Database for PostgreSQL, flexible server.
 * Sizes as `Get-AzPostgreSqlFlexibleServerLocationBasedCapability` lists them.
 */
export const azure: InstanceNames = {
  pattern:
    /(?:(?:B|GP|MO)_)?(?:Standard_(?<name>[A-Z]\d+[a-z]*(?:_v\d)?)|(?<bare>B\d+m?s|[DE]\d+a?d?s_v\d))(?![a-z0-9])/iy,
  read({ 0: text, groups = {} }) {
    const name = (groups['name'] ?? groups['bare'] ?? '').toLowerCase();
    const [cpus, gigabytes] = BURSTABLE[name] ?? [];
    if (cpus !== undefined && gigabytes !== undefined) return instance(cpus, gigabytes);
    return general(text, name);
  },
};

function general(text: string, name: string): Instance | string {
  const [, series = '', count = '', version = ''] = /^([de])(\d+)a?d?s_v([3-6])$/.exec(name) ?? [];
  const cpus = Number(count);
  if (series !== 'd' && series !== 'e')
    return `${text}: only the B, D and E series are known, such as Standard_B2s, Standard_D4ds_v5, Standard_E8ds_v5`;
  if (!CPUS[series].some((known) => known === cpus))
    return `${text}: there is no such size, only ${CPUS[series].join(', ')} vCPUs`;
  return instance(cpus, LARGEST[`${series}${cpus} v${version}`] ?? cpus * GIGABYTES_PER_CPU[series]);
}

function instance(cpus: number, gigabytes: number): Instance {
  return { managed: 'azure', cpus, memoryBytes: gigabytes * GB };
}
