import { GitError, GitPluginError, simpleGit } from 'simple-git';
import { PitstopError } from '../errors.ts';
import { resolveProgram, trustedPath } from '../external/programs.ts';
import { redactOutput } from '../report/redact.ts';

/** Where git is called, and by whom. */
export interface Repository {
  /** Top of the work tree. Absolute. */
  readonly root: string;
  /** The process's environment; what git gets of it is in `PASSED`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Runs one git command; resolves to its standard output, throws `GitFailure`. */
export type Git = (...args: readonly string[]) => Promise<string>;

/** Git ended with another code than 0. (The library passes on its own sort of errors only.) */
class GitFailure extends GitError {
  override readonly name = 'GitFailure';
  readonly code: number;

  constructor(code: number, message: string) {
    super(undefined, message);
    this.code = code;
  }
}

/** Who the user is and how the network is reached. No `GIT_DIR`, no `GIT_CONFIG_*`, no database's password. */
const PASSED = [
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'XDG_CONFIG_HOME',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'SSH_AUTH_SOCK',
  'GNUPGHOME',
  'GPG_TTY',
  'HTTPS_PROXY',
  'https_proxy',
  'http_proxy',
  'NO_PROXY',
  'no_proxy',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
];

const FIXED = {
  LC_ALL: 'C.UTF-8',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  // Paths are names, not patterns.
  GIT_LITERAL_PATHSPECS: '1',
  // No `ext::` and no other helper that a URL could name.
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  // An object that is missing is an error, not a reason to start a transport.
  GIT_NO_LAZY_FETCH: '1',
} as const;

/**
 * Whoever can write `.git/config` and `.git/hooks` chooses what git runs: hooks and the file system monitor are off.
 * The author is one that somebody has configured, not one that git has guessed; what is committed is on the disk
 * before the branch names it.
 */
const CONFIG = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'user.useConfigOnly=true',
  'i18n.commitEncoding=UTF-8',
  'core.fsync=committed',
];

export interface GitOptions {
  /** `GIT_DIR`, `GIT_WORK_TREE` and `GIT_INDEX_FILE`, where they are not those of `root`. */
  readonly place?: Readonly<Record<'GIT_DIR' | 'GIT_WORK_TREE' | 'GIT_INDEX_FILE', string>>;
  /** False for the few commands that belong together and must not be torn apart. */
  readonly cancellable?: boolean;
  /** Without output for so long, it is ended. */
  readonly silenceMs?: number;
  /** True only to ask where hooks would be. */
  readonly ownHooks?: boolean;
}

export async function openGit(
  { root, env, signal }: Repository,
  { place, cancellable = true, silenceMs = 120_000, ownHooks = false }: GitOptions = {},
): Promise<Git> {
  const searchPath = await trustedPath({ root, searchPath: env['PATH'] });
  const passed = PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  const all: Record<string, string> = { ...Object.fromEntries(passed), ...FIXED, ...place, PATH: searchPath };
  const git = simpleGit({
    baseDir: place?.GIT_WORK_TREE ?? root,
    binary: await resolveProgram('git', { root, cwd: root, searchPath }),
    config: ownHooks ? CONFIG.slice(1) : CONFIG,
    // The guards stay, but for the two keys that are switched off above.
    unsafe: { allowUnsafeHooksPath: true, allowUnsafeFsMonitor: true },
    allowEnvironment: Object.keys(all).filter((name) => name.startsWith('GIT_')),
    timeout: { block: silenceMs },
    errors: (error, { exitCode, stdErr }) => {
      // The library's own reasons: a guard, or no output for too long.
      if (error instanceof GitPluginError || exitCode === 0) return error;
      const said = Buffer.concat(stdErr).toString('utf8').trim();
      return new GitFailure(exitCode, redactOutput(said, []));
    },
    ...(cancellable ? { abort: signal } : {}),
  }).env(all);
  return async (...args) => {
    if (cancellable) signal.throwIfAborted();
    try {
      return await git.raw(...args);
    } catch (error) {
      if (cancellable) signal.throwIfAborted();
      if (error instanceof GitPluginError && error.plugin === 'timeout') throw silent(args[0], silenceMs);
      throw error;
    }
  };
}

function silent(command: string | undefined, silenceMs: number): PitstopError {
  const message = `git ${command ?? ''} gave no sign of life for ${silenceMs / 1_000} s and was ended.`;
  return new PitstopError('program-timeout', message, {
    hint: 'It may have waited for a passphrase or the network; nobody can answer there.',
  });
}

/** What git itself says about why something does not work becomes the message. */
export function notReady(what: string, hint: string, cause?: unknown): PitstopError {
  const said = cause instanceof GitFailure ? firstLine(cause.message) : '';
  return new PitstopError('git-not-ready', said === '' ? `${what}.` : `${what}: ${said}`, { hint, cause });
}

/** Runs one command whose failure the user has to act on. */
export async function orNotReady<T>(work: Promise<T>, what: string, hint: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GitFailure) throw notReady(what, hint, error);
    throw error;
  }
}

/** The output of a command that says no by ending with 1; null for that. */
export async function orNull(work: Promise<string>): Promise<string | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GitFailure && error.code === 1) return null;
    throw error;
  }
}

function firstLine(message: string): string {
  const line =
    message.split('\n').find((text) => /^(?:fatal|error): /.test(text)) ?? message.split('\n')[0] ?? '';
  return line.replace(/^(?:fatal|error): /, '');
}

/** The parts of a list that ends each of them with NUL. */
export function zeroTerminated(output: string): string[] {
  return output.split('\0').filter((part) => part !== '');
}
