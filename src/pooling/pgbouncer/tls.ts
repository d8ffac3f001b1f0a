import type { BouncerServer } from './plan.ts';

/** How pitstop itself reached the server. */
export interface ReachedServer {
  /** libpq's word, as the target's URL has it. */
  readonly sslMode: BouncerServer['tls'] | 'allow';
  /** Absolute path of `sslrootcert`; null for none. */
  readonly caFile: string | null;
  /** Whether the session that asked was encrypted. */
  readonly encrypted: boolean;
  /** Whether the server has `ssl = on`. */
  readonly offered: boolean;
}

/** Where Debian and Ubuntu keep the authorities that everybody trusts; libpq and Node have lists of their own. */
const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** PgBouncer's `server_tls_sslmode`: never weaker than the connection that pitstop had. */
export function serverTls({
  sslMode,
  caFile,
  encrypted,
  offered,
}: ReachedServer): Pick<BouncerServer, 'tls' | 'caFile'> {
  if (sslMode === 'verify-ca' || sslMode === 'verify-full')
    return { tls: sslMode, caFile: caFile ?? SYSTEM_AUTHORITIES };
  // libpq verifies here, too, where it is given an authority.
  if (sslMode === 'require' && caFile !== null) return { tls: 'verify-ca', caFile };
  // What could be had once is asked for from then on: `prefer` would go on without it.
  if (sslMode === 'require' || encrypted) return { tls: 'require', caFile: null };
  return { tls: sslMode === 'disable' && !offered ? 'disable' : 'prefer', caFile: null };
}
