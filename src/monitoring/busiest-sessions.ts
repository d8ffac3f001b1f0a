import { z } from 'zod';
import type { Draft } from './check.ts';
import { knownGrowth, noRate } from './growth.ts';
import type { Sample } from './sample.ts';
import { SESSION_NAME } from './sessions.ts';

/** A client session with what the server counts for it alone, which goes with it. */
export const SESSION_BYTES = z.object({
  ...SESSION_NAME,
  database: z.string(),
  /** In seconds since 1970. */
  began: z.number(),
  bytes: z.number(),
  statsReset: z.number().nullable(),
});
export type SessionBytes = z.infer<typeof SESSION_BYTES>;

/**
 * For each database the session whose bytes have grown most, in bytes per second. A session that began since the earlier
 * sample has no rate yet.
 */
export function observeBusiest(
  sample: Pick<Sample<SessionBytes>, 'rows' | 'earlier'>,
  of: string,
  words: (session: SessionBytes, grown: { readonly bytes: number; readonly seconds: number }) => string,
): readonly Draft[] {
  const found = knownGrowth(sample, {
    // A process id is used again; a session is not.
    key: ({ pid, began }) => `${pid} ${began}`,
    counters: ({ bytes }) => ({ bytes }),
    reset: ({ statsReset }) => statsReset,
  });
  if ('missing' in found) return [noRate('cluster', of, found.missing)];
  const busiest = new Map<string, Draft & { readonly value: number }>();
  for (const { row, grown } of found.known) {
    const value = grown.perSecond.bytes;
    if (value < (busiest.get(row.database)?.value ?? 0)) continue;
    const message = words(row, { bytes: grown.delta.bytes, seconds: grown.seconds });
    busiest.set(row.database, { subject: row.database, value, message });
  }
  return [...busiest.values()];
}
