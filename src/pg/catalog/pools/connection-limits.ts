import type { ConnectionLimits } from '../../../pooling/facts.ts';
import type { Session } from '../../session.ts';

/**
 * How many connections the server, this database and a role allow. A limit of -1 is none, and so is
 * `reserved_connections` before 16, which did not have it.
 * @param role the one that the application connects as; where there is none of that name it has no limit
 */
export async function readConnectionLimits(session: Session, role: string): Promise<ConnectionLimits> {
  const [row] = await session.query<ConnectionLimits>(
    `SELECT current_setting('max_connections')::int AS "maxConnections",
            current_setting('superuser_reserved_connections')::int AS "superuserReserved",
            coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
            (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()) AS "databaseLimit",
            (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = $1) AS "roleLimit"`,
    [role],
  );
  if (row === undefined) throw new Error('the server does not say how many connections it allows');
  return row;
}
