import { sizeText } from '../size.ts';
import { GB, MB, type Instance, type InstanceNames } from './instance.ts';

const MOST_CPUS = 96;
const LEAST_BYTES = 3840 * MB;
const STEP_BYTES = 256 * MB;
const BYTES_PER_CPU = [0.9 * GB, 6.5 * GB] as const;

/** Those with a share of a core, and those of Enterprise Plus, which have 8 GB for each vCPU. */
const NAMED: ReadonlyMap<string, Omit<Instance, 'managed'>> = new Map([
  ['db-f1-micro', { cpus: 0.2, memoryBytes: 614 * MB }],
  ['db-g1-small', { cpus: 0.5, memoryBytes: 1740 * MB }],
  ...[2, 4, 8, 16, 32, 48, 64, 80, 96, 128].map(
    (cpus) => [`db-perf-optimized-n-${cpus}`, { cpus, memoryBytes: cpus * 8 * GB }] as const,
  ),
]);

/** `db-custom-4-15360`: CPUs and MB. https://cloud.google.com/sql/docs/postgres/instance-settings */
export const cloudSql: InstanceNames = {
  pattern: /db-(?:custom-(?<cpus>\d+)-(?<megabytes>\d+)|(?:f1|g1|perf-optimized|custom|n1|n4)[a-z0-9-]*)/iy,
  read({ 0: name, groups = {} }) {
    if (groups['cpus'] !== undefined)
      return custom(name, Number(groups['cpus']), Number(groups['megabytes']));
    const known = NAMED.get(name.toLowerCase());
    return known === undefined
      ? `${name}: only db-custom-CPUS-MEGABYTES, ${[...NAMED.keys()].join(', ')} are known`
      : { managed: 'cloud-sql', ...known };
  },
};

function custom(name: string, cpus: number, megabytes: number): Instance | string {
  const memoryBytes = megabytes * MB;
  const [least, most] = BYTES_PER_CPU.map((bytes) => bytes * cpus) as [number, number];
  if (cpus !== 1 && (cpus < 2 || cpus > MOST_CPUS || cpus % 2 !== 0))
    return `${name}: a custom machine has 1 vCPU, or an even number up to ${MOST_CPUS}`;
  if (memoryBytes < Math.max(LEAST_BYTES, least) || memoryBytes > most)
    return `${name}: with ${cpus} vCPUs it has from ${sizeText(Math.max(LEAST_BYTES, least))} to ${sizeText(most)}, the name says ${sizeText(memoryBytes)}`;
  if (memoryBytes % STEP_BYTES !== 0) return `${name}: its memory is a multiple of 256 MB`;
  return { managed: 'cloud-sql', cpus, memoryBytes };
}
