import { z } from 'zod';

/**
 * A replication slot. `inactive_since` and `invalidation_reason` came with 17; before that it is only known whether somebody
 * reads it. The copies that a standby keeps of its primary’s slots (17: `synced`) are never in use, and left out.
 */
const sqlOf = ({ inactive, reason, condition }: { inactive: string; reason: string; condition: string }) => `
  SELECT slot_name::text AS slot, slot_type AS type, database::text AS database, active, wal_status AS "walStatus",
         pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
                         restart_lsn)::float8 AS "retainedBytes",
         safe_wal_size::float8 AS "safeBytes", ${inactive} AS "inactiveSeconds", ${reason} AS reason
    FROM pg_replication_slots
   WHERE NOT temporary${condition}
   ORDER BY 6 DESC NULLS LAST, slot_name
   LIMIT 100`;

export const SLOTS_SQL = [
  { from: 14, sql: sqlOf({ inactive: 'NULL::float8', reason: 'NULL::text', condition: '' }) },
  {
    from: 17,
    sql: sqlOf({
      inactive: 'extract(epoch FROM clock_timestamp() - inactive_since)::float8',
      reason: 'invalidation_reason',
      condition: ' AND NOT synced',
    }),
  },
] as const;

export const SLOTS_ROW = z.object({
  slot: z.string(),
  type: z.string(),
  database: z.string().nullable(),
  active: z.boolean(),
  /** Null where it has never reserved anything, and on a slot that is invalid. */
  walStatus: z.string().nullable(),
  retainedBytes: z.number().nullable(),
  /** What may still be written before it is lost; null without `max_slot_wal_keep_size`, and for one that is lost. */
  safeBytes: z.number().nullable(),
  inactiveSeconds: z.number().nullable(),
  reason: z.string().nullable(),
});
export type Slot = z.infer<typeof SLOTS_ROW>;

/** `slot reports (logical, of shop)`. */
export function slotWords({ slot, type, database }: Slot): string {
  return `slot ${slot} (${type}${database === null ? '' : `, of ${database}`})`;
}
