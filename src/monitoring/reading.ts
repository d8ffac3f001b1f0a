import type { Check, Needs } from './check.ts';
import { majorOf, type MonitoredServer } from './server.ts';
import type { AnyRow } from './sample.ts';

/** What came of asking the server what a check asks. */
export type Reading = { readonly check: Check; readonly tookMs: number } & (Read | Unread);

interface Read {
  readonly state: 'read';
  readonly rows: readonly AnyRow[];
}

/**
 * `not-visible`: there, but not for this role or without an extension. `not-available`: the server is too old.
 * `not-applicable`: a primary has nothing of the sort, or a standby. `failed`: an error, a timeout, an unexpected answer.
 */
export interface Unread {
  readonly state: 'not-visible' | 'not-available' | 'not-applicable' | 'failed';
  /** One sentence: why. */
  readonly message: string;
  /** What to do about it; null where there is nothing to do. */
  readonly advice: string | null;
}

/** The statement that asks this server, or why it need not be asked. */
export function statementFor(check: Check, server: MonitoredServer): string | Unread {
  const { needs = {}, sql } = check;
  const [major, oldest] = [majorOf(server), sql[0]?.from ?? Infinity];
  const variant = sql.findLast(({ from }) => from <= major);
  if (variant === undefined)
    return {
      state: 'not-available',
      message: `not available before PostgreSQL ${oldest}; this is ${major}`,
      advice: null,
    };
  const missing = missingFor(needs, server);
  if (missing !== null) return missing;
  const { schema = '' } = server.extensions.find(({ name }) => name === needs.extension) ?? {};
  return variant.sql.replaceAll('@extschema@', () => schema);
}

/** What keeps this server, or this role, from showing what a check looks at; null where nothing does. */
function missingFor(needs: Needs, server: MonitoredServer): Unread | null {
  const { role, extension } = needs;
  if (needs.server !== undefined && (needs.server === 'standby') !== server.inRecovery)
    return {
      state: 'not-applicable',
      message: `only a ${needs.server} has anything of the sort`,
      advice: null,
    };
  if (role !== undefined && !server.superuser && !server.memberships.includes(role))
    return {
      state: 'not-visible',
      message: `role ${server.role} has not the rights of ${role}, and would see only ${role === 'pg_read_all_settings' ? 'a part of the settings' : 'its own sessions and statements'}`,
      advice: `GRANT ${role} TO the role that monitors; pg_monitor holds all of them`,
    };
  if (extension !== undefined && !server.extensions.some(({ name }) => name === extension))
    return {
      state: 'not-visible',
      message: `extension ${extension} is not in database ${server.database}`,
      advice: `CREATE EXTENSION ${extension}`,
    };
  return null;
}
