import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chown, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { chooseAccount, identity, type Account } from '../../src/labs/embedded/account.ts';
import { environment } from '../../src/labs/embedded/environment.ts';
import { closeFolder, createTemporaryFolder } from '../../src/labs/embedded/folder.ts';
import { startPostmaster } from '../../src/labs/embedded/postmaster.ts';

/** A PostgreSQL that is older than the embedded one, as the packages of a distribution install it. */
export interface OlderServer {
  readonly major: number;
  /** The folder of its programs. */
  readonly programs: string;
}

type Settings = Readonly<Record<string, string>>;

/** Where Debian's packages and those of postgresql.org put them. */
const USUAL = '/usr/lib/postgresql';

/**
 * Those of `PITSTOP_TEST_POSTGRES`, a list of folders as `PATH` is one, else those that are installed: 14 to 17. Where there
 * is none, what needs one is skipped, which is said.
 */
export function olderServers(): readonly OlderServer[] {
  const named = process.env['PITSTOP_TEST_POSTGRES']?.split(delimiter);
  const folders =
    named ?? (existsSync(USUAL) ? readdirSync(USUAL).map((name) => join(USUAL, name, 'bin')) : []);
  const found = folders
    .filter((programs) => existsSync(join(programs, 'initdb')))
    .map((programs) => ({ major: majorOf(programs), programs }))
    .filter(({ major }) => major >= 14 && major < 18);
  if (found.length === 0)
    process.stderr.write(
      'no PostgreSQL 14 to 17 is installed, and PITSTOP_TEST_POSTGRES names none: its tests are skipped\n',
    );
  return found;
}

function majorOf(programs: string): number {
  const version = execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/ (\d+)/.exec(version)?.[1]);
}

/**
 * Lends the URL of a new server of that version, as its superuser.
 * @param settings on its command line
 * @param files parts of its configuration file, the last line that names a setting counts
 */
export async function withOlderServer(
  server: OlderServer,
  settings: Settings,
  use: (url: string) => Promise<void>,
  files: readonly string[] = [],
): Promise<void> {
  await withCluster(server, async (cluster) => {
    await appendFile(join(cluster.folder, 'data', 'postgresql.conf'), `\n${files.join('\n')}`);
    await withStarted(cluster, settings, use);
  });
}

/** Lends the URLs of a new server of that version and of a standby that follows it. */
export async function withOlderPair(
  server: OlderServer,
  { primary, standby }: { readonly primary: Settings; readonly standby: Settings },
  use: (primaryUrl: string, standbyUrl: string) => Promise<void>,
): Promise<void> {
  await withCluster(server, async (first) =>
    withFolder(async (folder, account) => {
      const second = { ...first, folder, account };
      // Of a server that has not started yet: there may be no pg_basebackup.
      execFileSync('cp', ['-Rp', join(first.folder, 'data'), folder]);
      await writeFile(join(folder, 'data', 'standby.signal'), '');
      await withStarted(first, primary, async (url) => {
        const { hostname, port, username } = new URL(url);
        const conninfo = `host=${hostname} port=${port} user=${username} application_name=follower`;
        const settings = { ...standby, primary_conninfo: conninfo };
        await withStarted(second, settings, (standbyUrl) => use(url, standbyUrl));
      });
    }),
  );
}

interface OlderCluster {
  readonly folder: string;
  readonly account: Account | null;
  readonly programs: string;
}

async function withCluster<T>(
  { programs }: OlderServer,
  use: (cluster: OlderCluster) => Promise<T>,
): Promise<T> {
  return withFolder((folder, account) => {
    const options = [
      `--pgdata=${join(folder, 'data')}`,
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ];
    execFileSync(join(programs, 'initdb'), options, {
      ...identity(account),
      env: environment(),
      stdio: 'ignore',
    });
    return use({ folder, account, programs });
  });
}

async function withFolder<T>(use: (path: string, account: Account | null) => Promise<T>): Promise<T> {
  const account = chooseAccount();
  const folder = await createTemporaryFolder(account);
  try {
    if (account !== null) await chown(folder.path, account.uid, account.gid);
    return await use(folder.path, account);
  } finally {
    await closeFolder(folder);
  }
}

async function withStarted(
  { folder, account, programs }: OlderCluster,
  settings: Settings,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const postgres = join(programs, 'postgres');
  const place = { folder, account, signal: undefined };
  const server = await startPostmaster({ ...place, postgres, settings: { fsync: 'off', ...settings } });
  try {
    await use(`postgres://postgres@127.0.0.1:${server.port}/postgres`);
  } finally {
    await server.stop('immediate');
  }
}
