import type { ConnectionLimits, ServerCapacity } from './facts.ts';
import type { Load } from './load.ts';
import type { BouncerServer } from './pgbouncer/plan.ts';
import type { BouncerVersion } from './pgbouncer/version.ts';
import type { SessionUse } from './session-uses.ts';

/** What was seen of the connections of a database, with what stands around them. */
export interface SampledConnections {
  readonly load: Load;
  readonly limits: ConnectionLimits;
  readonly memory: Omit<ServerCapacity, 'cpus' | 'memoryBytes'>;
  readonly server: BouncerServer;
  readonly roles: number;
  readonly existing: { readonly role: boolean; readonly schema: boolean };
  readonly uses: readonly SessionUse[];
  /** Statements that make up nearly all calls; null where nobody counts them. */
  readonly hotStatements: number | null;
  /** What could not be looked at, in words. */
  readonly unseen: readonly string[];
  /** Null where PgBouncer is not installed here. */
  readonly bouncer: BouncerVersion | null;
}
