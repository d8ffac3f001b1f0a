import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';

/** A primary and a standby that follows it; both are ours. */
export interface Pair {
  readonly primary: EmbeddedServer;
  readonly standby: EmbeddedServer;
  stop(): Promise<void>;
}

/** The platform package has no pg_basebackup: a standby is a copy of a server that was stopped. */
export async function startPair(settings: Readonly<Record<string, string>>): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-pair-'));
  await chmod(folder, 0o711);
  const [first, second] = [join(folder, 'primary'), join(folder, 'standby')];
  const started: EmbeddedServer[] = [];
  const stop = async () => {
    for (const server of started.toReversed()) await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const seed = await startEmbeddedServer({ directory: first });
    await seed.stop();
    // With its owner, which is not ours where the tests run as root.
    await promisify(execFile)('cp', ['-Rp', first, second]);
    const primary = await startEmbeddedServer({ directory: first, settings: { fsync: 'off' } });
    started.push(primary);
    await writeFile(join(second, 'data', 'standby.signal'), '');
    const { hostname, port, username, password } = new URL(primary.url);
    const standby = await startEmbeddedServer({
      directory: second,
      settings: {
        fsync: 'off',
        ...settings,
        primary_conninfo: `host=${hostname} port=${port} user=${username} password=${password} application_name=follower`,
      },
    });
    started.push(standby);
    return { primary, standby, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
