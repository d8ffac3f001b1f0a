import type { Session } from '../session.ts';

/** What decides how the server prints definitions; with these values it prints the same for everybody, as for `pg_dump`. */
const CANONICAL = {
  search_path: '',
  quote_all_identifiers: 'off',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
};

/**
 * Reads definitions in the one form that does not depend on the session, and puts its settings back. Works inside and
 * outside of a transaction; inside, what was set for the transaction stays set for no longer than that.
 */
export async function withCanonicalOutput<T>(session: Session, read: () => Promise<T>): Promise<T> {
  const local = await inTransaction(session);
  const [row] = await session.query<{ settings: unknown }>(
    'SELECT jsonb_object_agg(name, current_setting(name)) AS settings FROM unnest($1::text[]) AS name',
    [Object.keys(CANONICAL)],
  );
  await set(session, CANONICAL, local);
  try {
    return await read();
  } finally {
    // In a transaction that has failed the server refuses, and its rollback puts them back.
    await set(session, row?.settings, local).catch(() => undefined);
  }
}

/** A setting for the length of a transaction outlives its statement only inside one. */
async function inTransaction(session: Session): Promise<boolean> {
  await session.query(`SELECT set_config('pitstop.in_transaction', 'on', true)`);
  const [row] = await session.query<{ inside: boolean }>(
    `SELECT coalesce(current_setting('pitstop.in_transaction', true) = 'on', false) AS inside`,
  );
  return row?.inside === true;
}

async function set(session: Session, settings: unknown, local: boolean): Promise<void> {
  await session.query(
    'SELECT pg_catalog.set_config(key, value, $2) FROM pg_catalog.jsonb_each_text($1::jsonb)',
    [JSON.stringify(settings), local],
  );
}
