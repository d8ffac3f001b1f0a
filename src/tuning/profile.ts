/**
 * The machine that a server runs on, as far as its configuration depends on it. Bytes are bytes, never units of 8 kB.
 */
export interface HardwareProfile {
  /** Memory that the server may use: the machine's, or the limit of its container where that is lower. */
  readonly memoryBytes: number;
  /** Cores, or the quota of its container where that is lower; a quota may be a fraction. */
  readonly cpus: number;
  readonly storage: Storage;
  readonly os: OperatingSystem;
  /** Whether the server runs in a container, whose limits and system calls may differ from the machine's. */
  readonly container: boolean;
  readonly workload: WorkloadKind;
  /** Sessions that may be open at once; null where nobody said and the server's own setting stands. */
  readonly connections: number | null;
  /** Size of the databases; null where it is not known. */
  readonly dataBytes: number | null;
  /** Free on the volume of the write-ahead log; null where it is not known. */
  readonly freeBytes: number | null;
  /** The service that runs the server; null for one's own. */
  readonly managed: ManagedService | null;
}

export type Storage = 'nvme' | 'ssd' | 'san' | 'hdd';

/** For sentences. */
export const STORAGE_WORDS: Readonly<Record<Storage, string>> = {
  nvme: 'an NVMe drive',
  ssd: 'a solid-state drive',
  san: 'storage behind a network',
  hdd: 'a disk that turns',
};
export type OperatingSystem = 'linux' | 'macos' | 'windows';
export type WorkloadKind = 'web' | 'oltp' | 'dw' | 'mixed' | 'desktop';
export type ManagedService = 'rds' | 'aurora' | 'cloud-sql' | 'azure' | 'supabase' | 'neon' | 'other';

/** A profile with where each of its values comes from: `given`, `the cgroup's memory.max`, `assumed`. */
export type SourcedProfile = {
  readonly [Name in keyof HardwareProfile]: {
    readonly value: HardwareProfile[Name];
    readonly source: string;
  };
};

/** The values alone. */
export function profileOf(sourced: SourcedProfile): HardwareProfile {
  const values = Object.entries(sourced).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(values) as HardwareProfile;
}
