import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { PitstopError } from '../errors.ts';

/** Every program that pitstop may start by its name. */
const PROGRAMS = ['psql', 'pg_dump', 'pg_restore', 'docker', 'git', 'ssh-keygen', 'pgbouncer'] as const;

/** One of the list, or the first word of the command that the user has configured. */
export type Program = (typeof PROGRAMS)[number] | { readonly configured: string };

/**
 * A signature is only worth what verifies it, and a pooler is given a password: these folders need an administrator to
 * write to. Some of them are not in everybody's `PATH`.
 */
const SYSTEM_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  'ssh-keygen': ['/usr/bin', '/usr/local/bin', '/bin', '/opt/homebrew/bin'],
  pgbouncer: ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'],
};

/** Where programs are looked for. */
export interface Surroundings {
  /** Root of the repository: nothing in it is taken for one of the programs. Absolute; null where there is none. */
  readonly root: string | null;
  /** What a configured program with a `/` in it is relative to. Absolute. */
  readonly cwd: string;
  /** The variable `PATH`. */
  readonly searchPath: string | undefined;
}

/** The program's absolute path; it exists and may be executed. */
export async function resolveProgram(program: Program, surroundings: Surroundings): Promise<string> {
  const name = typeof program === 'string' ? program : program.configured;
  if (typeof program === 'string' && !(PROGRAMS as readonly string[]).includes(name)) {
    throw new PitstopError('program-not-allowed', `${name} is not a program that pitstop starts.`, {
      hint: `The programs are ${PROGRAMS.join(', ')} and the command configured as tests.`,
    });
  }
  if (typeof program === 'object' && name.includes('/')) {
    const path = resolve(surroundings.cwd, name);
    if (await isExecutable(path)) return path;
    throw notFound(name, `Check the path; it is relative to ${surroundings.cwd}.`);
  }
  for (const folder of SYSTEM_FOLDERS[name] ?? (await trustedFolders(surroundings))) {
    const path = join(folder, name);
    if ((await isExecutable(path)) && !(await isInside(surroundings.root, path))) return path;
  }
  const folders = SYSTEM_FOLDERS[name]?.join(', ') ?? 'a folder of PATH outside the repository';
  throw notFound(name, `Install ${name} in ${folders}.`);
}

/** `PATH` without what is relative or in the repository: whoever can write files there must not choose what is run. */
export async function trustedPath(surroundings: Omit<Surroundings, 'cwd'>): Promise<string> {
  return (await trustedFolders(surroundings)).join(delimiter);
}

async function trustedFolders({ root, searchPath = '' }: Omit<Surroundings, 'cwd'>): Promise<string[]> {
  const folders = searchPath.split(delimiter).filter(isAbsolute);
  const inside = await Promise.all(folders.map((folder) => isInside(root, folder)));
  return folders.filter((_, at) => inside[at] === false);
}

/** As written or with links followed: a link in the repository to the outside can be pointed elsewhere. */
async function isInside(root: string | null, path: string): Promise<boolean> {
  if (root === null) return false;
  const [realRoot, realPath] = await Promise.all([real(root), real(path)]);
  return [root, realRoot].some((above) => [path, realPath].some((below) => isAtOrBelow(above, below)));
}

function isAtOrBelow(above: string, below: string): boolean {
  const way = relative(above, below);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function real(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function notFound(name: string, hint: string): PitstopError {
  return new PitstopError('program-not-found', `The program ${name} was not found.`, { hint });
}
