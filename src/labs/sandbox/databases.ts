import { PitstopError } from '../../errors.ts';
import { sqlState, SQLSTATE } from '../../pg/failure.ts';
import { withSession, type Session } from '../../pg/session.ts';
import { quoteLiteral, quoteName } from '../../sql/quote.ts';
import { createDatabaseName, DATABASE_NAME_PATTERN, lockKeyOf, MARKER } from './database-name.ts';
import type { RunningServer } from './running-server.ts';

/** What a new database starts with. */
export type Origin =
  | { readonly type: 'empty'; readonly localeOptions: string }
  | { readonly type: 'copy'; readonly database: string };

export interface CreatedDatabase {
  readonly name: string;
  /** The server does not know the locale: texts may sort and compare in another way. */
  readonly otherLocale: boolean;
}

/**
 * Lends a database, and drops it whatever happens. While the lock is held that its name stands for, somebody uses it: a
 * lock goes with its session, so that whoever comes later can tell what a killed process has left, from any machine.
 */
export function withDatabase<T>(
  server: RunningServer,
  origin: Origin,
  use: (database: CreatedDatabase) => Promise<T>,
): Promise<T> {
  // Not to be cancelled: it has to drop the database when everything else has been.
  return withSession(server.admin, 'sandbox', null, async (admin) => {
    const name = createDatabaseName();
    await admin.query('SELECT pg_advisory_lock($1)', [lockKeyOf(name)]);
    const otherLocale = await createDatabase(admin, server, name, origin);
    try {
      await admin.query(`COMMENT ON DATABASE ${quoteName(name)} IS ${quoteLiteral(MARKER)}`);
      return await use({ name, otherLocale });
    } finally {
      await admin.query(`DROP DATABASE ${quoteName(name)} WITH (FORCE)`);
    }
  });
}

/** Drops what killed processes have left: databases of ours whose lock nobody holds. */
export async function dropStaleDatabases(server: RunningServer): Promise<void> {
  await withSession(server.admin, 'sandbox', null, async (admin) => {
    const rows = await admin.query<{ name: string; comment: string | null; mine: boolean }>(
      `SELECT datname AS name, shobj_description(oid, 'pg_database') AS comment, pg_has_role(datdba, 'USAGE') AS mine
         FROM pg_database WHERE datname SIMILAR TO $1`,
      [DATABASE_NAME_PATTERN],
    );
    for (const { name, comment, mine } of rows) {
      // Killed between making and marking it, a process leaves one without a comment.
      if (!mine || (comment !== null && comment !== MARKER)) continue;
      if (await isHeld(admin, lockKeyOf(name))) continue;
      // Two runs may clear away at once.
      await admin.query(`DROP DATABASE IF EXISTS ${quoteName(name)}`).catch(() => undefined);
    }
  });
}

async function isHeld(session: Session, key: string): Promise<boolean> {
  const [row] = await session.query<{ held: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
                       AND classid::int8 = ($1::int8 >> 32) & 4294967295 AND objid::int8 = $1::int8 & 4294967295) AS held`,
    [key],
  );
  return row?.held === true;
}

/** True where the server does not know the locale that was asked for. */
export async function createDatabase(
  admin: Session,
  server: Pick<RunningServer, 'admin' | 'owner' | 'copyStrategy'>,
  name: string,
  origin: Origin,
): Promise<boolean> {
  const owner = `OWNER ${quoteName(server.owner)}`;
  const make = (options: string) => admin.query(`CREATE DATABASE ${quoteName(name)} ${owner} ${options}`);
  try {
    if (origin.type === 'copy')
      await make(`TEMPLATE ${quoteName(origin.database)} STRATEGY ${server.copyStrategy}`);
    else await make(`TEMPLATE template0 ${origin.localeOptions}`);
    return false;
  } catch (error) {
    const state = sqlState(error);
    if (state === SQLSTATE.insufficientPrivilege) {
      throw new PitstopError('no-lab', `${server.admin.user} may not create databases`, {
        hint: `ALTER ROLE ${quoteName(server.admin.user)} CREATEDB, or choose another lab.`,
        cause: error,
      });
    }
    // Wrong object type, wrong object definition, unsupported: what CREATE DATABASE says of locales and encodings.
    if (origin.type === 'copy' || state === null || !/^(?:42809|42P17|22023|0A000|XX000)/.test(state))
      throw error;
    await make(
      `TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin LOCALE 'C' BUILTIN_LOCALE 'C.UTF-8'`,
    );
    return true;
  }
}
