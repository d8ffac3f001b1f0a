import { z } from 'zod';
import { formatBytes } from './words.ts';

/**
 * Where the server keeps things, and how much the write-ahead log may grow before the server itself limits it: to the
 * largest of `max_wal_size`, `wal_keep_size` and, where there is a slot, `max_slot_wal_keep_size` (-1, without a limit,
 * promises nothing). `pg_settings` has all three in MB.
 */
export const PLACES_SQL = `
  WITH log AS (
    SELECT greatest(0, (SELECT max(setting::float8) * 1048576
                          FROM pg_settings
                         WHERE name IN ('max_wal_size', 'wal_keep_size')
                            OR name = 'max_slot_wal_keep_size' AND EXISTS (SELECT FROM pg_replication_slots))
                       - (SELECT coalesce(sum(size), 0)::float8 FROM pg_ls_waldir())) AS reserved)
  SELECT 'data' AS holds, current_setting('data_directory') AS path, 0::float8 AS "reservedBytes"
  UNION ALL
  SELECT 'write-ahead log', current_setting('data_directory') || '/pg_wal', reserved FROM log
  UNION ALL
  (SELECT 'tablespace ' || quote_ident(spcname), pg_tablespace_location(oid), 0
     FROM pg_tablespace
    WHERE pg_tablespace_location(oid) <> ''
    ORDER BY spcname
    LIMIT 100)`;

/** A folder of the server's. */
export const PLACES_ROWS = z.array(
  z.object({ holds: z.string(), path: z.string(), reservedBytes: z.number() }),
);
export type Place = z.infer<typeof PLACES_ROWS>[number];

/** What is known of the file system of a place. */
export type PlacedOn =
  | {
      readonly volume: { readonly folder: string; readonly usedBytes: number; readonly freeBytes: number };
      readonly device: string;
      readonly mayBeLink: boolean;
    }
  | { readonly reason: string };

export const VOLUME_ROW = z.object({
  /** Where it is mounted; the path that was asked for where it is not seen. */
  volume: z.string(),
  /** `data, write-ahead log`. */
  holds: z.string(),
  usedBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
  /** What the write-ahead log may still take of what is free. */
  reservedBytes: z.number(),
  /** Why it is not seen; null where it is. */
  reason: z.string().nullable(),
});
export type VolumeRow = z.infer<typeof VOLUME_ROW>;

/** A row for each volume, and one for each place whose volume is not seen. */
export function volumeRows(
  found: readonly { readonly place: Place; readonly on: PlacedOn }[],
): readonly VolumeRow[] {
  const rows = new Map<string, VolumeRow>();
  for (const { place, on } of found) {
    const { holds, path, reservedBytes } = place;
    if ('reason' in on) {
      const unseen = { usedBytes: null, freeBytes: null, reservedBytes, reason: on.reason };
      rows.set(path, { volume: path, holds, ...unseen });
      continue;
    }
    const words = on.mayBeLink ? `${holds} unless a link that this user may not see leads elsewhere` : holds;
    const { folder: volume, usedBytes, freeBytes } = on.volume;
    const known = rows.get(on.device);
    rows.set(on.device, {
      volume: known?.volume ?? volume,
      holds: known === undefined ? words : `${known.holds}, ${words}`,
      usedBytes,
      freeBytes,
      reservedBytes: (known?.reservedBytes ?? 0) + reservedBytes,
      reason: null,
    });
  }
  return [...rows.values()];
}

/** What the server itself counts of its data and its log, file by file: without its log files and whatever else is there. */
export const COUNTED_SQL = `
  SELECT (SELECT sum(pg_tablespace_size(oid)) FROM pg_tablespace)::float8
         + (SELECT coalesce(sum(size), 0)::float8 FROM pg_ls_waldir()) AS bytes`;

/** For a disk that is not seen, but whose size is known: it is as full as the server counts. */
export function countedVolume(places: readonly Place[], diskBytes: number, countedBytes: number): VolumeRow {
  return {
    volume: 'disk',
    holds: `${formatBytes(diskBytes)}, as full as the server counts`,
    usedBytes: countedBytes,
    freeBytes: Math.max(0, diskBytes - countedBytes),
    reservedBytes: places.reduce((sum, { reservedBytes }) => sum + reservedBytes, 0),
    reason: null,
  };
}

/** `/var/lib/postgresql (data, write-ahead log) has 12 GB free, of which the write-ahead log may take 900 MB`. */
export function volumeWords({ volume, holds, freeBytes, reservedBytes, reason }: VolumeRow): string {
  if (freeBytes === null) return `${volume} (${holds}) is not visible: ${reason ?? 'nobody says why'}`;
  const reserved =
    reservedBytes > 0 ? `, of which the write-ahead log may take ${formatBytes(reservedBytes)}` : '';
  return `${volume} (${holds}) has ${formatBytes(freeBytes)} free${reserved}`;
}
