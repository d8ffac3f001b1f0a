import process from 'node:process';
import { readInstalledBouncer } from '../../src/labs/pgbouncer.ts';
import type { Target } from '../../src/pg/target.ts';
import { BOUNCER_TIMEOUTS, type BouncerPlan } from '../../src/pooling/pgbouncer/plan.ts';
import { bouncerSizes } from '../../src/pooling/pgbouncer/sizes.ts';

export const POOLER_SURROUNDINGS = {
  searchPath: process.env['PATH'],
  signal: new AbortController().signal,
};

/** The version of PgBouncer here; null where there is none, which is said. */
export async function installedBouncer() {
  const version = await readInstalledBouncer(POOLER_SURROUNDINGS).catch(() => null);
  if (version === null) process.stderr.write('pgbouncer is not installed: its tests are skipped\n');
  return version;
}

/** A plan for a server that lets in 17, as a user of pitstop would get it; what a test is about it changes. */
export function bouncerPlan(target: Target, changes: Partial<BouncerPlan> = {}): BouncerPlan {
  return {
    version: { minor: 18, patch: 0 },
    server: { host: target.host, port: target.port, database: target.database, tls: 'prefer', caFile: null },
    listen: { address: '127.0.0.1', port: 6432, certificate: null },
    folders: { config: '/etc/pgbouncer', run: '/run/pgbouncer', log: '/var/log/pgbouncer' },
    sizes: bouncerSizes({ poolSize: 8, limit: 17, roles: 1, clients: 250, processes: 1 }),
    processesWhy: 'as a test wants it',
    authRole: 'pgbouncer_auth',
    statsRole: null,
    timeouts: BOUNCER_TIMEOUTS,
    preparedStatements: null,
    uses: [],
    ...changes,
  };
}
