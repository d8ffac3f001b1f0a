import { GB, type Instance, type InstanceNames } from './instance.ts';

/** Memory for each vCPU, in GB, and the sizes that there are: those of PostgreSQL 14 and later. */
interface Family {
  readonly gigabytesPerCpu: number;
  readonly sizes: readonly string[];
}

const FROM_LARGE = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];
const TO_24 = [...FROM_LARGE, '24xlarge'];

const families = (names: readonly string[], gigabytesPerCpu: number, sizes: readonly string[]) =>
  names.map((name) => [name, { gigabytesPerCpu, sizes }] as const);

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html */
const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ...families(['m6g', 'm6gd', 'm7g'], 4, FROM_LARGE),
  ...families(['m5', 'm5d'], 4, TO_24),
  ...families(['m6i', 'm6id', 'm6in', 'm6idn'], 4, [...TO_24, '32xlarge']),
  ...families(['m7i', 'm8g', 'm8gd'], 4, [...TO_24, '48xlarge']),
  ...families(['r6g', 'r6gd', 'r7g'], 8, FROM_LARGE),
  ...families(['r5', 'r5b', 'r5d'], 8, TO_24),
  ...families(['r6i', 'r6id', 'r6in', 'r6idn'], 8, [...TO_24, '32xlarge']),
  ...families(['r7i', 'r8g', 'r8gd'], 8, [...TO_24, '48xlarge']),
  ...families(['c6gd'], 2, ['medium', ...FROM_LARGE]),
  ...families(['x2g'], 16, FROM_LARGE),
  ...families(['x2idn'], 16, ['16xlarge', '24xlarge', '32xlarge']),
  ...families(['x2iedn'], 32, [
    'xlarge',
    '2xlarge',
    '4xlarge',
    '8xlarge',
    '16xlarge',
    '24xlarge',
    '32xlarge',
  ]),
]);

/** The burstable ones have two vCPUs up to `large`, however much memory. */
const BURSTABLE = ['t3', 't4g'];
const BURSTABLE_SIZES: Readonly<Record<string, readonly [cpus: number, gigabytes: number]>> = {
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  '2xlarge': [8, 32],
};

/** `db.r6g.xlarge`: Amazon RDS, and Aurora where somebody says so. */
export const rds: InstanceNames = {
  pattern: /db\.(?<family>[a-z0-9-]+)(?:\.(?<size>[a-z0-9-]+))?/iy,
  read({ 0: name, groups = {} }) {
    const family = groups['family']?.toLowerCase() ?? '';
    const size = groups['size']?.toLowerCase() ?? '';
    if (family === 'serverless')
      return `${name} has no fixed size: say the memory of its most ACUs, and cores`;
    if (BURSTABLE.includes(family)) return burstable(name, size);
    const known = FAMILIES.get(family);
    if (known === undefined)
      return `${name}: no family ${family} is known, only ${[...FAMILIES.keys(), ...BURSTABLE].join(', ')}`;
    if (!known.sizes.includes(size)) return unknownSize(name, known.sizes);
    const cpus = cpusOf(size);
    return { managed: 'rds', cpus, memoryBytes: cpus * known.gigabytesPerCpu * GB };
  },
};

function burstable(name: string, size: string): Instance | string {
  const [cpus, gigabytes] = BURSTABLE_SIZES[size] ?? [];
  if (cpus === undefined || gigabytes === undefined) return unknownSize(name, Object.keys(BURSTABLE_SIZES));
  return { managed: 'rds', cpus, memoryBytes: gigabytes * GB };
}

function unknownSize(name: string, sizes: readonly string[]): string {
  return `${name}: there is no such size, only ${sizes.join(', ')}`;
}

/** `large` has two; an `xlarge` has four, and `8xlarge` eight times as many. */
function cpusOf(size: string): number {
  if (size === 'medium') return 1;
  if (size === 'large') return 2;
  return 4 * Number(/^\d+/.exec(size)?.[0] ?? 1);
}
