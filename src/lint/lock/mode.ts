/** The table-level locks of PostgreSQL's documentation, weakest first. */
export const LOCK_MODES = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

type LockMode = (typeof LOCK_MODES)[number];

/** `unknown` where it cannot be told, null where there is none. */
export type Lock = LockMode | 'unknown' | null;

/** What others cannot do meanwhile. Schema changes include index builds, VACUUM and ANALYZE. */
export type Blocks = 'reads and writes' | 'writes' | 'only schema changes' | 'nothing' | 'unknown';

const BLOCKS: Readonly<Record<LockMode, Blocks>> = {
  'ACCESS SHARE': 'only schema changes',
  'ROW SHARE': 'only schema changes',
  'ROW EXCLUSIVE': 'only schema changes',
  'SHARE UPDATE EXCLUSIVE': 'only schema changes',
  SHARE: 'writes',
  'SHARE ROW EXCLUSIVE': 'writes',
  EXCLUSIVE: 'writes',
  'ACCESS EXCLUSIVE': 'reads and writes',
};

export function blocksOf(lock: Lock): Blocks {
  if (lock === null) return 'nothing';
  return lock === 'unknown' ? 'unknown' : BLOCKS[lock];
}

/** None, the modes in their order, then what cannot be told: that may be the strongest. */
export function rankOf(lock: Lock): number {
  if (lock === null) return -1;
  return lock === 'unknown' ? LOCK_MODES.length : LOCK_MODES.indexOf(lock);
}

export function strongestLock(one: Lock, other: Lock): Lock {
  return rankOf(one) >= rankOf(other) ? one : other;
}

/** Whether the mode makes other sessions wait that only write. */
export function blocksWrites(lock: Lock): boolean {
  return lock !== null && lock !== 'unknown' && rankOf(lock) >= rankOf('SHARE');
}
