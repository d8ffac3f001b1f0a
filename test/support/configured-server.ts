import { spawnSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { chooseAccount, identity } from '../../src/labs/embedded/account.ts';
import { prepareBinaries } from '../../src/labs/embedded/binaries.ts';
import { environment } from '../../src/labs/embedded/environment.ts';
import { initialise } from '../../src/labs/embedded/initialise.ts';
import { locatePlatformPackage } from '../../src/labs/embedded/platform-package.ts';
import { withEmbeddedServer } from '../../src/labs/embedded/server.ts';

/** The folder of a server that is started with one `postgresql.conf` after another. */
export interface ConfiguredServer {
  /** What a server that is not running computes from settings, such as `shared_memory_size`. */
  computed(setting: string, settings: Readonly<Record<string, string>>): string;
  /** Starts it with the fragments at the end of its file, and stops it afterwards. */
  startedWith<T>(fragments: readonly string[], use: (client: Client, url: string) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

export async function createConfiguredServer(): Promise<ConfiguredServer> {
  const account = chooseAccount();
  const outer = await mkdtemp(join(tmpdir(), 'pitstop-test-'));
  await chmod(outer, 0o711);
  const folder = join(outer, 'server');
  const binaries = await prepareBinaries(locatePlatformPackage(), account, join(outer, 'programs'));
  await mkdir(folder);
  // The account that runs the server has to pass through.
  await chmod(folder, 0o711);
  const at = { folder, initdb: binaries.initdb, account, durable: false, signal: undefined };
  await initialise(at);
  const file = join(folder, 'data', 'postgresql.conf');
  const original = await readFile(file, 'utf8');
  return {
    computed: (setting, settings) => {
      const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const run = spawnSync(binaries.postgres, ['-D', join(folder, 'data'), '-C', setting, ...options], {
        ...identity(account),
        env: environment(),
        encoding: 'utf8',
      });
      if (run.status !== 0) throw new Error(run.stderr);
      return run.stdout.trim();
    },
    startedWith: async (fragments, use) => {
      await writeFile(file, original);
      for (const fragment of fragments) await appendFile(file, `\n${fragment}`);
      return withEmbeddedServer({ directory: folder }, async ({ url }) => {
        const client = new Client(url);
        await client.connect();
        try {
          return await use(client, url);
        } finally {
          await client.end();
        }
      });
    },
    remove: () => rm(outer, { recursive: true, force: true }),
  };
}
