import type { Moment } from '../../src/monitoring/memory.ts';

/** A moment of one server and one process whose clocks agree; seconds. */
export function momentAt(at: number, more: Partial<Moment> = {}): Moment {
  return {
    at,
    localAt: at,
    steady: at,
    process: 'one',
    systemIdentifier: '7',
    databaseOid: 5,
    timeline: 1,
    inRecovery: false,
    ...more,
  };
}
