/** What a trial may cost the database that hosts it. */
export interface LabLimits {
  /** A statement is stopped there and the ratio reported as a lower bound. */
  readonly cutoffMs: number;
  /** One attempt to get the lock for a build; longer would queue other sessions behind it. */
  readonly lockTimeoutMs: number;
  /** All attempts together, and the wait for old snapshots to close. */
  readonly patienceMs: number;
  /** Heap size above which a build inside a transaction would block writers for too long. */
  readonly maxTableBytes: number;
  /** One build. */
  readonly buildTimeoutMs: number;
}

export const DEFAULT_LIMITS: LabLimits = {
  cutoffMs: 60_000,
  lockTimeoutMs: 1_000,
  patienceMs: 20_000,
  maxTableBytes: 2 * 1024 ** 3,
  buildTimeoutMs: 120_000,
};
