import { userInfo } from 'node:os';
import type { ClientConfig } from 'pg';
import { parse } from 'pg-connection-string';
import { PitstopError } from '../errors.ts';

/** Where a database is and how to get in; `config` holds the password, everything else may be shown. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Never print or write this. */
  readonly config: ClientConfig;
  /** libpq's word for how much TLS is wanted. */
  readonly sslMode: SslMode;
  /** `sslrootcert` of the URL, as it is written there; null for none. */
  readonly caFile: string | null;
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a URL with libpq's meaning of every parameter; what it leaves open comes from the `PG*` variables. */
export function parseTarget(url: string, env: Environment): Target {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new PitstopError('target-url-invalid', 'the database URL does not start with postgres://', {
      hint: 'Write it as postgres://user:password@host:5432/database.',
    });
  }
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(url, { useLibpqCompat: true });
  } catch (cause) {
    // The parser's own message may quote the URL, and with it the password.
    throw new PitstopError('target-url-invalid', 'the database URL cannot be read', {
      hint: 'Write it as postgres://user:password@host:5432/database, with special characters percent-encoded; check that certificate files exist.',
      cause: cause instanceof Error ? cause.name : undefined,
    });
  }
  const sslMode = sslModeOf(parsed['sslmode'] ?? (parsed.ssl === true ? 'require' : env['PGSSLMODE']));
  const user = parsed.user || env['PGUSER'] || userInfo().username;
  const host = parsed.host || env['PGHOST'] || 'localhost';
  const port = Number(parsed.port || env['PGPORT'] || 5432);
  const database = parsed.database || env['PGDATABASE'] || user;
  const password = parsed.password || env['PGPASSWORD'];
  const startup = parsed.options || env['PGOPTIONS'];
  return {
    host,
    port,
    database,
    user,
    sslMode,
    caFile: typeof parsed['sslrootcert'] === 'string' ? parsed['sslrootcert'] : null,
    config: {
      host,
      port,
      database,
      user,
      ...(password ? { password } : {}),
      ...(startup ? { options: startup } : {}),
      ...tlsOf(sslMode, parsed),
    },
  };
}

/** The target that the `PG*` variables alone describe, or null where they name none. */
export function targetOfVariables(env: Environment): Target | null {
  return env['PGHOST'] || env['PGDATABASE'] || env['PGUSER'] ? parseTarget('postgres://', env) : null;
}

/** `user@host:5432/shop`: for people, without secrets. */
export function describeTarget(target: Target): string {
  return `${target.user}@${target.host}:${target.port}/${target.database}`;
}

function sslModeOf(given: unknown): SslMode {
  const mode = given === undefined || given === '' ? 'prefer' : given;
  const known = SSL_MODES.find((name) => name === mode);
  if (known === undefined) {
    throw new PitstopError('target-url-invalid', `unknown sslmode ${JSON.stringify(given)}`, {
      candidates: SSL_MODES,
    });
  }
  return known;
}

function tlsOf(mode: SslMode, parsed: ReturnType<typeof parse>): Pick<ClientConfig, 'ssl'> {
  if (mode === 'disable' || mode === 'allow') return { ssl: false };
  if (mode === 'prefer') return { ssl: { rejectUnauthorized: false } };
  return {
    ssl:
      parsed.ssl === undefined || typeof parsed.ssl === 'string' ? { rejectUnauthorized: false } : parsed.ssl,
  } as Pick<ClientConfig, 'ssl'>;
}

/** The same server and role, another database. */
export function inDatabase(target: Target, database: string): Target {
  return { ...target, database, config: { ...target.config, database } };
}
