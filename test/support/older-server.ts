import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { chooseAccount, identity } from '../../src/labs/embedded/account.ts';
import { environment } from '../../src/labs/embedded/environment.ts';
import { closeFolder, createTemporaryFolder } from '../../src/labs/embedded/folder.ts';
import { startPostmaster } from '../../src/labs/embedded/postmaster.ts';

/** A PostgreSQL that is older than the embedded one, as the packages of a distribution install it. */
export interface OlderServer {
  readonly major: number;
  /** The folder of its programs. */
  readonly programs: string;
}

/** Where Debian's packages and those of postgresql.org put them. */
const USUAL = '/usr/lib/postgresql';

/** Those of `PITSTOP_TEST_POSTGRES`, a list of folders as `PATH` is one, else those that are installed: 14 to 17. */
export function olderServers(): readonly OlderServer[] {
  const named = process.env['PITSTOP_TEST_POSTGRES']?.split(delimiter);
  const folders =
    named ?? (existsSync(USUAL) ? readdirSync(USUAL).map((name) => join(USUAL, name, 'bin')) : []);
  return folders
    .filter((programs) => existsSync(join(programs, 'initdb')))
    .map((programs) => ({ major: majorOf(programs), programs }))
    .filter(({ major }) => major >= 14 && major < 18);
}

function majorOf(programs: string): number {
  const version = execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/ (\d+)/.exec(version)?.[1]);
}

/** Lends the URL of a new server of that version, as its superuser. */
export async function withOlderServer(
  { programs }: OlderServer,
  settings: Readonly<Record<string, string>>,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const account = chooseAccount();
  const folder = await createTemporaryFolder(account);
  try {
    if (account !== null) await chown(folder.path, account.uid, account.gid);
    const data = join(folder.path, 'data');
    const options = [
      `--pgdata=${data}`,
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
    const postgres = join(programs, 'postgres');
    const place = { folder: folder.path, account, signal: undefined };
    const server = await startPostmaster({ ...place, postgres, settings: { fsync: 'off', ...settings } });
    try {
      await use(`postgres://postgres@127.0.0.1:${server.port}/postgres`);
    } finally {
      await server.stop('immediate');
    }
  } finally {
    await closeFolder(folder);
  }
}
