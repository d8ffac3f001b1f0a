import type { Session } from '../pg/session.ts';

/** The version of the ledger; null where there is none, `hidden` where the role may not read it. */
export async function readLedgerVersion(session: Session): Promise<number | 'hidden' | null> {
  const [table] = await session.query<{ readable: boolean }>(`
    SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'pitstop' AND c.relname = 'ledger'`);
  if (table === undefined) return null;
  if (!table.readable) return 'hidden';
  const [row] = await session.query<{ version: number }>(
    'SELECT max(version) AS version FROM pitstop.ledger',
  );
  return row?.version ?? null;
}
