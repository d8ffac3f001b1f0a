import type { Session } from '../session.ts';

/** Whether an extension is there in this database. */
export async function hasExtension(session: Session, name: string): Promise<boolean> {
  const [row] = await session.query<{ there: boolean }>(
    'SELECT EXISTS (SELECT FROM pg_extension WHERE extname = $1) AS there',
    [name],
  );
  return row?.there ?? false;
}
