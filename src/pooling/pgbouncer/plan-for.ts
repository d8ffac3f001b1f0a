import type { SampledConnections } from '../sampled.ts';
import { BOUNCER_TIMEOUTS, type BouncerPlan } from './plan.ts';
import { processesFor } from './processes.ts';
import { bouncerSizes } from './sizes.ts';
import { SAFE_VERSION } from './version.ts';
import type { BouncerWishes } from './wishes.ts';

/** Who looks up passwords. */
export const AUTH_ROLE = 'pgbouncer_auth';

interface PoolDemand {
  /** Connections to the server, as `sizePool` says, and what the server lets in at most. */
  readonly poolSize: number;
  readonly limit: number;
  /** Those that the profile names; null where it says nothing. */
  readonly clients: number | null;
  /** Of the server; null where nobody knows. */
  readonly cpus: number | null;
}

/** For fewer there is room by rule, and they cost PgBouncer next to nothing. */
const MANY_CLIENTS = 800;
const CONFIG = '/etc/pgbouncer';

/** The configuration for what was seen, with what the user wants of it. */
export function bouncerPlanFor(
  seen: SampledConnections,
  { poolSize, limit, clients, cpus }: PoolDemand,
  wishes: BouncerWishes,
): BouncerPlan {
  const { count, why } = processesFor({
    transactionsPerSecond: seen.load.transactionsPerSecond,
    clients,
    cpus,
    wished: wishes.processes ?? null,
  });
  const sizes = bouncerSizes({
    poolSize,
    limit,
    roles: seen.roles,
    clients: clients !== null && clients > MANY_CLIENTS ? clients : null,
    processes: count,
  });
  return {
    version: seen.bouncer ?? SAFE_VERSION,
    server: seen.server,
    listen: { address: wishes.listenAddress, port: 6432, certificate: wishes.certificate ?? null },
    folders: {
      config: CONFIG,
      // Where Debian's package has it; of several, each has a folder that systemd makes below one of their own.
      run: sizes.processes === 1 ? '/var/run/postgresql' : '/run/pgbouncer',
      log: '/var/log/postgresql',
    },
    sizes,
    processesWhy:
      sizes.processes < count ? `${count} were wanted (${why}), for which the connections are too few` : why,
    authRole: AUTH_ROLE,
    statsRole: wishes.statsRole ?? null,
    timeouts: BOUNCER_TIMEOUTS,
    preparedStatements: seen.hotStatements,
    uses: seen.uses,
  };
}
