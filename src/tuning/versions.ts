import { majorOf, type TuningServer } from './server.ts';

/** The version that pitstop starts servers of, and whose statements it can judge. */
export const NEWEST_SERVER = 18;
/** The oldest one whose settings and statistics the rules and checks know. */
export const OLDEST_SERVER = 14;

/** What there is for those who have an older server; a sentence. */
export const WORKS_WITH_OLDER = `From ${OLDEST_SERVER} on there are monitor, tune and hardware, the items of the kinds config, pool and monitoring, and revert for what they did.`;

type Version = Pick<TuningServer, 'versionNumber'>;

export function isOlder(server: Version): boolean {
  return majorOf(server) < NEWEST_SERVER;
}

/** What an older server's settings were tried on; null where there is nothing to say. A sentence without its stop. */
export function triedElsewhere(server: Version): string | null {
  if (!isOlder(server)) return null;
  return `names, ranges and defaults are those of this server, PostgreSQL ${majorOf(server)}; what was started or measured for it ran on PostgreSQL ${NEWEST_SERVER}`;
}
