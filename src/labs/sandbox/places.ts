import { randomBytes } from 'node:crypto';
import { PitstopError } from '../../errors.ts';
import { inDatabase, type Target } from '../../pg/target.ts';
import { startEmbeddedServer } from '../embedded/server.ts';
import { dropStaleDatabases } from './databases.ts';
import { ownServer } from './own-server.ts';
import type { RunningServer, SandboxKind } from './running-server.ts';

/** Autovacuum would change statistics between two measurements; the log of a server that goes is for nothing. */
const SETTINGS = { autovacuum: 'off', wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '8GB' };

/** How each kind of server comes to be. `target` is the database that the sandboxes stand in for. */
export const PLACES: Record<SandboxKind, (target: Target) => Promise<RunningServer>> = {
  embedded: async () => {
    const server = await startEmbeddedServer({ settings: SETTINGS });
    return orStop(
      () => server.stop(),
      ownServer(server.url, () => server.stop()),
    );
  },

  clone: async (target) => {
    const server: RunningServer = {
      admin: target,
      owner: target.user,
      // Somebody else's server: no checkpoint for our sake.
      copyStrategy: 'WAL_LOG',
      targetOf: (database) => inDatabase(target, database),
      adminOf: (database) => inDatabase(target, database),
      stop: async () => undefined,
    };
    await dropStaleDatabases(server);
    return server;
  },

  container: async () => {
    const { GenericContainer, Wait, getContainerRuntimeClient } = await importTestcontainers();
    await getContainerRuntimeClient().catch((cause: unknown) => {
      throw new PitstopError('no-lab', `Docker does not answer: ${messageOf(cause)}`, {
        hint: 'Start Docker, or use --lab embedded, which needs none.',
        cause,
      });
    });
    const password = randomBytes(24).toString('base64url');
    const container = await new GenericContainer('postgres:18')
      .withEnvironment({ POSTGRES_PASSWORD: password })
      .withCommand(['postgres', '-c', 'fsync=off', ...options()])
      .withExposedPorts(5432)
      // The image starts the server twice: once to set it up, once for good.
      .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
      .start();
    const stop = async () => {
      await container.stop();
    };
    const address = `${container.getHost()}:${container.getMappedPort(5432)}`;
    return orStop(stop, ownServer(`postgres://postgres:${password}@${address}/postgres`, stop));
  },
};

function options(): string[] {
  return Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function importTestcontainers() {
  try {
    return await import('testcontainers');
  } catch (cause) {
    throw new PitstopError('no-lab', 'the package testcontainers is not installed', {
      hint: 'npm install --save-dev testcontainers, or use --lab embedded, which needs no Docker.',
      cause,
    });
  }
}

async function orStop<T>(stop: () => Promise<void>, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    await stop();
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
