import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { PitstopError } from '../errors.ts';
import { redactOutput, secretsOf } from '../report/redact.ts';
import { boundedOutput } from './bounded-output.ts';
import { asLastResort } from './last-resort.ts';
import { endProcesses, signalProcesses, type Processes } from './process-group.ts';
import { resolveProgram, type Program } from './programs.ts';

export interface ProgramRun {
  readonly program: Program;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** Root of the repository; no program is taken from inside it. Absolute; null where only the system's folders count. */
  readonly root: string | null;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For standard input, which is otherwise empty. */
  readonly input?: string;
  /**
   * A person waits at the terminal: the program may ask there, and what it says on standard error goes there. It stays
   * in the group that the terminal listens to, so what it starts in turn is its own to end.
   */
  readonly attended?: boolean;
  readonly timeoutMs: number;
  /** Of standard output, and of standard error. */
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}

export interface ProgramResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Without secrets; where it was too long, its first and last lines. */
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/**
 * Starts a program without a shell and waits for its end. What it started in turn ends with it, and all of it ends at
 * the timeout (`program-timeout`) or when the signal strikes (its reason is thrown). Secrets of its environment and
 * passwords in URLs do not come back in its output.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const { program, cwd, root, env, signal, maxOutputBytes } = run;
  signal.throwIfAborted();
  const path = await resolveProgram(program, { root, cwd, searchPath: env['PATH'] });
  const { child, processes } = await start(path, run);
  const withdraw = asLastResort(() => signalProcesses(processes, 'SIGKILL'));
  try {
    const stdout = boundedOutput(maxOutputBytes);
    const stderr = boundedOutput(maxOutputBytes);
    child.stdout?.on('data', stdout.add);
    child.stderr?.on('data', stderr.add);
    const ending = await untilEnded(child, processes, run);
    signal.throwIfAborted();
    if (ending === 'timeout') throw timedOut(path, run.timeoutMs);
    const [out, err] = [stdout.read(), stderr.read()];
    const secrets = secretsOf(env);
    return {
      code: child.exitCode,
      signal: child.signalCode,
      stdout: redactOutput(out.text, secrets),
      stderr: redactOutput(err.text, secrets),
      truncated: out.truncated || err.truncated,
    };
  } finally {
    withdraw();
  }
}

/** In a process group of its own, so that all of it can be ended; but not where a person attends. */
async function start(
  path: string,
  { args, cwd, env, input, attended = false }: ProgramRun,
): Promise<{ child: ChildProcess; processes: Processes }> {
  const child = spawn(path, args, {
    cwd,
    env: { ...env },
    shell: false,
    detached: !attended,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', attended ? 'inherit' : 'pipe'],
  });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PitstopError('program-not-found', `${path} cannot be started: ${message}`, {
      hint: 'Check that the program can be executed, and that its folder exists.',
      cause,
    });
  }
  // It may end without having read its input.
  child.stdin?.on('error', () => undefined).end(input);
  const pid = child.pid ?? 0;
  return { child, processes: attended ? pid : -pid };
}

async function untilEnded(
  child: ChildProcess,
  processes: Processes,
  { timeoutMs, signal, attended = false }: ProgramRun,
): Promise<'ended' | 'timeout' | 'aborted'> {
  const closed = once(child, 'close').catch(() => undefined);
  const exited = once(child, 'exit');
  const over = new AbortController();
  const limit = sleep(timeoutMs, 'timeout' as const, { signal: over.signal }).catch(() => 'ended' as const);
  const abort = once(signal, 'abort', { signal: over.signal }).then(
    () => 'aborted' as const,
    () => 'ended' as const,
  );
  const ending = await Promise.race([exited.then(() => 'ended' as const), limit, abort]);
  over.abort();
  // A single process that has ended leaves nobody behind, and its number may be another's by now.
  if (!attended || ending !== 'ended') await endProcesses(processes);
  await exited;
  await drained(child, closed);
  return ending;
}

const DRAIN_MS = 500;

/** A process that has left the group may hold the pipes open; what it still prints is nobody's. */
async function drained(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([closed, sleep(DRAIN_MS, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function timedOut(path: string, timeoutMs: number): PitstopError {
  return new PitstopError(
    'program-timeout',
    `${path} did not end within ${timeoutMs / 1_000} s and was stopped.`,
    { hint: 'Find out what it waits for; it was started without a terminal and without input.' },
  );
}
