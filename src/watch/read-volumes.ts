import { isBackendHere } from '../hardware/place.ts';
import { findVolumes } from '../hardware/volumes.ts';
import type { Unread } from '../monitoring/reading.ts';
import type { MonitoredServer } from '../monitoring/server.ts';
import {
  COUNTED_SQL,
  countedVolume,
  PLACES_ROWS,
  volumeRows,
  type VolumeRow,
} from '../monitoring/volumes.ts';
import type { Session } from '../pg/session.ts';

const ELSEWHERE: Unread = {
  state: 'not-visible',
  message:
    'no process of the server is seen on this machine, and SQL does not tell how full its disks are; database-growth tells how the data grows',
  advice:
    'run the monitor where the server runs, or say the size of its disk (monitor.disk); where neither can be, put the check into monitor.disable and leave it to what watches that machine',
};

/**
 * How full the file systems are that the server's folders are on. Only the machine that it runs on can tell; of another one
 * it is what the server counts, where somebody has said how much there is.
 */
export async function readVolumes(
  session: Session,
  { role, database }: MonitoredServer,
  answer: readonly unknown[],
  diskBytes: number | null,
): Promise<readonly VolumeRow[] | Unread> {
  const places = PLACES_ROWS.parse(answer);
  if (!isBackendHere(session, { user: role, database })) {
    if (diskBytes === null) return ELSEWHERE;
    const [counted] = await session.query<{ bytes: number }>(COUNTED_SQL);
    return [countedVolume(places, diskBytes, counted?.bytes ?? 0)];
  }
  const found = await findVolumes(
    places.map(({ path }) => path),
    session.backendPid,
  );
  return volumeRows(
    places.flatMap((place, index) => {
      const on = found[index];
      return on === undefined ? [] : [{ place, on }];
    }),
  );
}
