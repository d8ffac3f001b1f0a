/** In the order in which they are shown. */
export const AREAS = [
  'system',
  'settings',
  'connections',
  'locks',
  'queries',
  'tables',
  'indexes',
  'vacuum',
  'wal',
  'checkpoints',
  'replication',
  'io',
  'capacity',
] as const;
export type Area = (typeof AREAS)[number];
