import { readLocaleOptions } from '../../pg/catalog/database-locale.ts';
import { readSessionSettings } from '../../pg/catalog/session-settings.ts';
import type { Session } from '../../pg/session.ts';
import { fillSandbox, withSandboxSession, type Contents, type Filled } from './fill.ts';
import type { SandboxServer } from './server.ts';

/** Lends a database of our own with a copy of data, for whatever is done there. */
export async function withFilledSandbox<T>(
  server: SandboxServer,
  source: Session,
  contents: Contents,
  signal: AbortSignal,
  use: (session: Session, filled: Filled) => Promise<T>,
): Promise<T> {
  const sessionSettings = await readSessionSettings(source);
  const localeOptions = await readLocaleOptions(source);
  return server.withDatabase({ type: 'empty', localeOptions }, async (database) => {
    const filled = await fillSandbox(source, database, contents, signal);
    return withSandboxSession(database, sessionSettings, signal, (session) => use(session, filled));
  });
}
