import { spawnSync } from 'node:child_process';
import { constants } from 'node:fs';
import { chmod, cp, readFile, readdir, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { identity, type Account } from './account.ts';
import { environment } from './environment.ts';
import { unavailable } from './unavailable.ts';

/** Paths of programs that the account can run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Makes the programs of a platform package runnable for the account: in place where that works, else from a copy below
 * `scratch`, a folder of ours that goes away with the server.
 *
 * In place fails where the account cannot enter a folder above (`/root/…`), where npm unpacked under a strict umask, and
 * where npm skipped the package's install script and `node_modules` is read-only.
 */
export async function prepareBinaries(
  packageFolder: string,
  account: Account | null,
  scratch: string,
): Promise<Binaries> {
  const inPlace = binariesOf(packageFolder);
  const linked = await restoreLinks(packageFolder).then(
    () => true,
    () => false,
  );
  if (linked && tryOut(inPlace, account).works) return inPlace;

  await copyOut(packageFolder, scratch);
  await restoreLinks(scratch);
  const copied = binariesOf(scratch);
  const attempt = tryOut(copied, account);
  if (attempt.works) return copied;
  if (attempt.missingLoader)
    throw unavailable('the build is for glibc and does not run on this system (musl?)');
  throw unavailable('the programs do not start', { output: attempt.output });
}

/** Creates the library links that npm cannot pack and the package's install script would have made. */
async function restoreLinks(packageFolder: string): Promise<void> {
  const list: { source: string; target: string }[] = JSON.parse(
    await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of list) {
    const from = relative(dirname(target), source);
    await symlink(from, join(packageFolder, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Only what a server needs, readable for everybody whatever the original's modes are. */
async function copyOut(packageFolder: string, scratch: string): Promise<void> {
  const native = join(scratch, 'native');
  await cp(join(packageFolder, 'native'), native, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig',
  });
  await chmod(scratch, 0o755);
  await chmod(native, 0o755);
  for (const entry of await readdir(native, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const program = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), program ? 0o755 : 0o644);
  }
}

/** Runs them: the one test that sees folder modes, `noexec` mounts, missing libraries and a foreign libc alike. */
function tryOut(
  { initdb, postgres }: Binaries,
  account: Account | null,
): { works: boolean; missingLoader: boolean; output: string } {
  const data = join(dirname(dirname(postgres)), 'share', 'postgresql', 'postgres.bki');
  const script = '"$1" --version && "$2" --version && test -r "$3"';
  const run = spawnSync('/bin/sh', ['-c', script, 'sh', initdb, postgres, data], {
    ...identity(account),
    env: environment(),
    encoding: 'utf8',
  });
  return { works: run.status === 0, missingLoader: run.status === 127 && !isGlibc(), output: run.stderr };
}

function isGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return process.platform !== 'linux' || report.header?.glibcVersionRuntime !== undefined;
}

function binariesOf(packageFolder: string): Binaries {
  const bin = join(packageFolder, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}
