import type { SessionUse } from '../session-uses.ts';
import type { BouncerSizes } from './sizes.ts';
import type { BouncerVersion } from './version.ts';

/** Everything that a configuration of PgBouncer says. It holds no secret. */
export interface BouncerPlan {
  readonly version: BouncerVersion;
  readonly server: BouncerServer;
  readonly listen: BouncerAddress;
  /** Absolute: where the files go, where sockets and process ids are, where logs are. */
  readonly folders: { readonly config: string; readonly run: string; readonly log: string };
  readonly sizes: BouncerSizes;
  /** Why there are so many processes, in words. */
  readonly processesWhy: string;
  /** Who looks up passwords, by the function of `auth.ts`; it has to be able to log in to the server. */
  readonly authRole: string;
  /** A role that may see PgBouncer's statistics; null for none but the system user that runs it. */
  readonly statsRole: string | null;
  readonly timeouts: BouncerTimeouts;
  /** Distinct statements that drivers keep prepared, as far as somebody counted; null for the default. */
  readonly preparedStatements: number | null;
  readonly uses: readonly SessionUse[];
}

export interface BouncerServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly tls: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /** List of authorities of which one has signed the server's certificate, for the last two: an absolute path. */
  readonly caFile: string | null;
}

interface BouncerAddress {
  readonly address: string;
  readonly port: number;
  /** Paths; null for connections without TLS. */
  readonly certificate: { readonly certFile: string; readonly keyFile: string } | null;
}

export interface BouncerTimeouts {
  /** A client that has waited for so long for a connection is told no: less than the application itself waits. */
  readonly queryWaitSeconds: number;
  /** A client that holds a transaction and sends nothing is disconnected. */
  readonly idleTransactionSeconds: number;
  /** The server's limit for a statement, set on each connection; null leaves what role and database say. */
  readonly statementSeconds: number | null;
}

export const BOUNCER_TIMEOUTS: BouncerTimeouts = {
  queryWaitSeconds: 30,
  idleTransactionSeconds: 300,
  statementSeconds: null,
};
