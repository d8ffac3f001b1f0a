import type { Session } from '../session.ts';

/**
 * Settings as the session began with them: what server, database, role and connection say, whatever the session has set
 * since. In the unit of `pg_settings` (milliseconds for timeouts); what does not exist or may not be seen is left out.
 */
export async function readStartSettings(
  session: Session,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await session.query<{ name: string; value: string }>(
    `SELECT name, reset_val AS value FROM pg_settings WHERE name = ANY ($1::text[])`,
    [names],
  );
  return new Map(rows.map(({ name, value }) => [name, value]));
}
