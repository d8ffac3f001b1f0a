import { chmod, chown, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PitstopError } from '../errors.ts';
import { runProgram, type ProgramResult } from '../external/run-program.ts';
import type { Target } from '../pg/target.ts';
import { bouncerFiles, iniName } from '../pooling/pgbouncer/files.ts';
import type { BouncerPlan } from '../pooling/pgbouncer/plan.ts';
import { readBouncerVersion, type BouncerVersion } from '../pooling/pgbouncer/version.ts';
import { chooseAccount, type Account } from './embedded/account.ts';
import { removeFolder } from './embedded/remove-folder.ts';
import { freePort } from './free-port.ts';

const READY_WITHIN_MS = 10_000;
const POLL_MS = 20;
const PORT_ATTEMPTS = 5;
/** Nobody tries a pooler for longer. */
const RUN_AT_MOST_MS = 3_600_000;
const MAX_OUTPUT_BYTES = 20_000;

export interface PoolerSurroundings {
  /** Where programs are looked for: the environment's `PATH`. */
  readonly searchPath: string | undefined;
  readonly signal: AbortSignal;
}

/** A role with its password, for a list of users that goes with the folder it is in. */
export interface PoolerUser {
  readonly name: string;
  readonly password: string;
}

/**
 * The version of PgBouncer on this machine; null for one that is too old for the files.
 * @throws PitstopError `program-not-found` where there is none
 */
export async function readInstalledBouncer(surroundings: PoolerSurroundings): Promise<BouncerVersion | null> {
  const { stdout } = await run(['--version'], '/', surroundings.searchPath, 10_000, surroundings.signal);
  return readBouncerVersion(stdout);
}

/**
 * Runs PgBouncer with the files of a plan, in a temporary folder and on a free port of the loopback interface, and lends
 * the way through it to the target's database. All of it is gone afterwards.
 * @param target the server itself, whose role and password are used through the pooler, too
 * @param use `running`: the plan with the folders and the port that it got here
 * @param users whom the list of users holds; everybody else is looked up as the plan says
 */
export async function withPgBouncer<T>(
  plan: BouncerPlan,
  target: Target,
  users: readonly PoolerUser[],
  surroundings: PoolerSurroundings,
  use: (through: Target, running: BouncerPlan) => Promise<T>,
): Promise<T> {
  const account = chooseAccount();
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'pitstop-pgbouncer-'));
    try {
      const moved = movedTo(plan, folder, port);
      await writeFiles(moved, users, folder, account);
      const started = await start(moved, folder, account, surroundings);
      try {
        if ((await started.ready) === 'up') return await use(throughPort(target, port), moved);
        if (attempt >= PORT_ATTEMPTS) throw unavailable('no port could be had');
      } finally {
        await started.stop();
      }
    } finally {
      await removeFolder(folder);
    }
  }
}

function movedTo(plan: BouncerPlan, folder: string, port: number): BouncerPlan {
  return {
    ...plan,
    listen: { address: '127.0.0.1', port, certificate: null },
    folders: { config: folder, run: folder, log: folder },
  };
}

function throughPort(target: Target, port: number): Target {
  const address = { host: '127.0.0.1', port };
  return {
    ...target,
    ...address,
    sslMode: 'disable',
    caFile: null,
    config: { ...target.config, ...address, ssl: false },
  };
}

/** Readable for the account that runs it and for nobody else: the list of users holds passwords. */
async function writeFiles(
  plan: BouncerPlan,
  users: readonly PoolerUser[],
  folder: string,
  account: Account | null,
): Promise<void> {
  const give = async (path: string, mode: number) => {
    await chmod(path, mode);
    if (account !== null) await chown(path, account.uid, account.gid);
  };
  await give(folder, 0o700);
  const list = users.map(({ name, password }) => `${quoted(name)} ${quoted(password)}\n`).join('');
  for (const { name, text } of bouncerFiles(plan)) {
    await writeFile(join(folder, name), name === 'userlist.txt' ? text + list : text, { mode: 0o600 });
    await give(join(folder, name), 0o600);
  }
  for (const number of numbersOf(plan)) {
    await mkdir(join(folder, String(number)));
    await give(join(folder, String(number)), 0o700);
  }
}

interface Started {
  /** `taken` where somebody else listens on the port by now. */
  readonly ready: Promise<'up' | 'taken'>;
  stop(): Promise<void>;
}

async function start(
  plan: BouncerPlan,
  folder: string,
  account: Account | null,
  { searchPath, signal }: PoolerSurroundings,
): Promise<Started> {
  const end = new AbortController();
  const either = AbortSignal.any([signal, end.signal]);
  const programs = numbersOf(plan).map((number) => {
    const ini = join(folder, iniName(plan, number));
    const log = ini.replace(/ini$/, 'log');
    const args = [...(account === null ? [] : ['-u', account.name]), ini];
    return { log, ended: run(args, folder, searchPath, RUN_AT_MOST_MS, either) };
  });
  const settled = Promise.allSettled(programs.map(({ ended }) => ended));
  return {
    ready: Promise.all(programs.map(({ log, ended }) => untilUp(log, ended, either))).then((all) =>
      all.includes('taken') ? 'taken' : 'up',
    ),
    stop: async () => {
      end.abort();
      await settled;
    },
  };
}

/** Its log says when it listens; a program that has ended says why. */
async function untilUp(
  log: string,
  ended: Promise<ProgramResult>,
  signal: AbortSignal,
): Promise<'up' | 'taken'> {
  let result: ProgramResult | null = null;
  let failure: unknown = null;
  ended.then(
    (ending) => (result = ending),
    (error: unknown) => (failure = error),
  );
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += POLL_MS) {
    signal.throwIfAborted();
    const said = await readFile(log, 'utf8').catch(() => '');
    if (/Address already in use/.test(said)) return 'taken';
    // It starts with settings that it could not read, and without what they were for.
    const error = /\b(?:ERROR|FATAL) (.*)/.exec(said)?.[1];
    if (error !== undefined) throw unavailable(error);
    if (/\bprocess up\b/.test(said)) return 'up';
    if (failure !== null) throw failure;
    if (result !== null)
      throw unavailable(`it ended at once: ${(result as ProgramResult).stderr.trim()}${said.trim()}`);
    await pause(POLL_MS);
  }
  throw unavailable('it did not come up');
}

function run(
  args: readonly string[],
  cwd: string,
  searchPath: string | undefined,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProgramResult> {
  return runProgram({
    program: 'pgbouncer',
    args,
    cwd,
    root: null,
    env: { PATH: searchPath },
    timeoutMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    signal,
  });
}

function numbersOf(plan: BouncerPlan): number[] {
  return Array.from({ length: plan.sizes.processes }, (_, at) => at + 1);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function unavailable(message: string): PitstopError {
  return new PitstopError('pooler-unavailable', `PgBouncer: ${message}`, {
    hint: 'Run pgbouncer with the generated file by hand to see what it says.',
  });
}
