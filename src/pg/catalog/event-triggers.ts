import type { Session } from '../session.ts';

/** The names of the event triggers that fire in this database. */
export async function readEventTriggers(session: Session): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT evtname::text AS name FROM pg_event_trigger WHERE evtenabled <> 'D' ORDER BY evtname`,
  );
  return rows.map(({ name }) => name);
}
