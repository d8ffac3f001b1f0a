import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chooseAccount, identity } from '../../src/labs/embedded/account.ts';
import { prepareBinaries } from '../../src/labs/embedded/binaries.ts';
import { environment } from '../../src/labs/embedded/environment.ts';
import { locatePlatformPackage } from '../../src/labs/embedded/platform-package.ts';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';

/** A server whose pages have no checksums, as those of many that are older than PostgreSQL 18. Its folder goes with it. */
export async function startUncheckedServer(
  settings: Readonly<Record<string, string>>,
): Promise<EmbeddedServer> {
  const account = chooseAccount();
  const directory = await mkdtemp(join(tmpdir(), 'unchecked-'));
  const [data, password] = [join(directory, 'data'), join(directory, 'password')];
  await chmod(directory, 0o711);
  await mkdir(data, { mode: 0o700 });
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (account !== null) for (const path of [data, password]) await chown(path, account.uid, account.gid);
  const { initdb } = await prepareBinaries(locatePlatformPackage(), account, join(directory, 'programs'));
  await promisify(execFile)(
    initdb,
    [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--no-data-checksums',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...identity(account), env: environment() },
  );
  const server = await startEmbeddedServer({ directory, settings: { fsync: 'off', ...settings } });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
