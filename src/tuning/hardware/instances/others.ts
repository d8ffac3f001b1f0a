import { GB, MB, type InstanceNames } from './instance.ts';

/** DigitalOcean says it in the name: `db-s-2vcpu-4gb`, `gd-4vcpu-16gb`. */
export const digitalOcean: InstanceNames = {
  pattern: /(?:db-s|gd|m|so1_5)-(?<cpus>\d+)vcpu-(?<gigabytes>\d+)gb/iy,
  read: ({ groups = {} }) => ({
    managed: 'other',
    cpus: Number(groups['cpus']),
    memoryBytes: Number(groups['gigabytes']) * GB,
  }),
};

/** https://supabase.com/docs/guides/platform/compute-and-disk */
const SUPABASE: Readonly<Record<string, readonly [cpus: number, megabytes: number]>> = {
  nano: [2, 512],
  micro: [2, 1024],
  small: [2, 2048],
  medium: [2, 4096],
  large: [2, 8192],
  xl: [4, 16_384],
  '2xl': [8, 32_768],
  '4xl': [16, 65_536],
  '8xl': [32, 131_072],
  '12xl': [48, 196_608],
  '16xl': [64, 262_144],
};

/** `Supabase 2XL`, also `supabase compute small`. */
export const supabase: InstanceNames = {
  pattern: /supabase(?:\s+compute)?\s+(?<size>nano|micro|small|medium|large|\d*xl)(?![a-z0-9])/iy,
  read({ 0: text, groups = {} }) {
    const [cpus, megabytes] = SUPABASE[groups['size']?.toLowerCase() ?? ''] ?? [];
    if (cpus === undefined || megabytes === undefined)
      return `${text}: there is no such size, only ${Object.keys(SUPABASE).join(', ')}`;
    return { managed: 'supabase', cpus, memoryBytes: megabytes * MB };
  },
};

/** `Neon 4 CU`: a compute unit is a vCPU and 4 GB. https://neon.com/docs/manage/computes */
export const neon: InstanceNames = {
  pattern: /neon\s+(?<units>\d+(?:\.\d+)?)\s*cus?(?![a-z0-9])/iy,
  read: ({ groups = {} }) => ({
    managed: 'neon',
    cpus: Number(groups['units']),
    memoryBytes: Number(groups['units']) * 4 * GB,
  }),
};
