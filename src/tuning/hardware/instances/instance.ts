import type { ManagedService } from '../../profile.ts';

/** What the name of a managed instance stands for. */
export interface Instance {
  readonly managed: ManagedService;
  readonly memoryBytes: number;
  readonly cpus: number;
}

/** One way of naming instances. */
export interface InstanceNames {
  /** What looks like such a name, without case. */
  readonly pattern: RegExp;
  /** The instance, or what is wrong with the name. */
  readonly read: (match: RegExpExecArray) => Instance | string;
}

export const MB = 1024 ** 2;
export const GB = 1024 ** 3;
