import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identity, type Account } from './account.ts';
import { environment } from './environment.ts';
import { asLastResort } from '../../external/last-resort.ts';
import { unavailable } from './unavailable.ts';

const MAJOR = '18';

interface Place {
  /** The server's folder; the data goes to `data` in it. */
  readonly folder: string;
  readonly initdb: string;
  readonly account: Account | null;
  /** Whether the data should survive a crash of the machine right after. */
  readonly durable: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Makes sure that the folder holds a database cluster, and returns the password of its superuser. */
export async function initialise(place: Place): Promise<string> {
  const version = await readFile(join(place.folder, 'data', 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) return create(place);
  if (version.trim() !== MAJOR) {
    throw unavailable(`${place.folder} holds data of PostgreSQL ${version.trim()}, this is ${MAJOR}`);
  }
  return (await readFile(join(place.folder, 'password'), 'utf8')).trim();
}

/** Built beside and renamed at the end: what is called `data` is complete, whatever killed us in between. */
async function create({ folder, initdb, account, durable, signal }: Place): Promise<string> {
  const unfinished = join(folder, 'data.new');
  const passwordFile = join(folder, 'password');
  const password = randomBytes(24).toString('base64url');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account !== null) {
    await chown(unfinished, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  const options = [
    `--pgdata=${unfinished}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth-host=scram-sha-256',
    '--auth-local=reject',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ];
  await runInitdb(initdb, options, account, signal);
  await rename(unfinished, join(folder, 'data'));
  return password;
}

async function runInitdb(
  initdb: string,
  options: readonly string[],
  account: Account | null,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  // A process group of its own: it starts servers through a shell, and all of them have to go when we stop it.
  const child = spawn(initdb, options, {
    ...identity(account),
    env: environment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Without initdb its servers come to the end of their input, give their shared memory back, and close our pipes.
  const abort = () => void child.kill('SIGKILL');
  signal?.addEventListener('abort', abort, { once: true });
  // When nothing can be waited for any more they have to be gone at once, for their folder goes next.
  const withdraw = asLastResort(() => killGroup(child.pid));
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    signal?.throwIfAborted();
    if (code !== 0) throw unavailable('initdb failed', { output });
  } finally {
    withdraw();
    signal?.removeEventListener('abort', abort);
  }
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // All of it has ended by itself.
  }
}
