import type { Session } from '../../session.ts';

/** Whether a session is encrypted, and whether the server would do that for others. */
interface TlsInUse {
  readonly encrypted: boolean;
  readonly offered: boolean;
}

/** The way of this session to the server; a proxy in between may have the one of its own. */
export async function readTlsInUse(session: Session): Promise<TlsInUse> {
  const [row] = await session.query<TlsInUse>(
    `SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,
            current_setting('ssl')::bool AS offered`,
  );
  if (row === undefined) throw new Error('the server does not say whether it has TLS');
  return row;
}
