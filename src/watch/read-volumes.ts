import { isBackendHere } from '../hardware/place.ts';
import { findVolumes } from '../hardware/volumes.ts';
import type { Unread } from '../monitoring/reading.ts';
import type { MonitoredServer } from '../monitoring/server.ts';
import { PLACES_ROWS, volumeRows, type VolumeRow } from '../monitoring/volumes.ts';
import type { Session } from '../pg/session.ts';

const ELSEWHERE: Unread = {
  state: 'not-visible',
  message:
    'no process of the server is seen on this machine, and SQL does not tell how full its disks are; database-growth tells how the data grows',
  advice:
    'run the monitor where the server runs; where that cannot be, put the check into monitor.disable and leave it to what watches that machine',
};

/** How full the file systems are that the server's folders are on. Only the machine that it runs on can tell. */
export async function readVolumes(
  session: Session,
  { role, database }: MonitoredServer,
  answer: readonly unknown[],
): Promise<readonly VolumeRow[] | Unread> {
  if (!isBackendHere(session, { user: role, database })) return ELSEWHERE;
  const places = PLACES_ROWS.parse(answer);
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
