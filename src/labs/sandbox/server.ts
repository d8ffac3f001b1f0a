import type { Target } from '../../pg/target.ts';
import { withDatabase, type CreatedDatabase, type Origin } from './databases.ts';
import { PLACES } from './places.ts';
import type { SandboxKind } from './running-server.ts';

/** A database of our own, lent for the length of a function. */
export interface SandboxDatabase extends CreatedDatabase {
  /** As its owner. */
  readonly target: Target;
  /** As whoever may install extensions. */
  readonly admin: Target;
}

/** A server for sandboxes. It starts when the first database is asked for. */
export interface SandboxServer {
  readonly kind: SandboxKind;
  withDatabase<T>(origin: Origin, use: (database: SandboxDatabase) => Promise<T>): Promise<T>;
}

/**
 * Lends a server for sandboxes and stops it afterwards, however that ends. Nothing is started before it is needed.
 * @param target the database that the sandboxes stand in for; `clone` makes them beside it
 */
export async function withSandboxServer<T>(
  kind: SandboxKind,
  target: Target,
  use: (server: SandboxServer) => Promise<T>,
): Promise<T> {
  let starting: ReturnType<(typeof PLACES)[SandboxKind]> | undefined;
  try {
    return await use({
      kind,
      async withDatabase(origin, useDatabase) {
        const server = await (starting ??= PLACES[kind](target));
        return withDatabase(server, origin, (database) =>
          useDatabase({
            ...database,
            target: server.targetOf(database.name),
            admin: server.adminOf(database.name),
          }),
        );
      },
    });
  } finally {
    const started = await starting?.catch(() => undefined);
    await started?.stop();
  }
}
