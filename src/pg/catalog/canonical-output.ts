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
 * outside of a transaction.
 */
export async function withCanonicalOutput<T>(session: Session, read: () => Promise<T>): Promise<T> {
  const [row] = await session.query<{ settings: unknown }>(
    'SELECT jsonb_object_agg(name, current_setting(name)) AS settings FROM unnest($1::text[]) AS name',
    [Object.keys(CANONICAL)],
  );
  await set(session, CANONICAL);
  try {
    return await read();
  } finally {
    // In a transaction that has failed the server refuses, and its rollback puts them back.
    await set(session, row?.settings).catch(() => undefined);
  }
}

async function set(session: Session, settings: unknown): Promise<void> {
  await session.query(
    'SELECT pg_catalog.set_config(key, value, false) FROM pg_catalog.jsonb_each_text($1::jsonb)',
    [JSON.stringify(settings)],
  );
}
