import { PitstopError } from '../errors.ts';
import { runProgram, type ProgramRun } from '../external/run-program.ts';

const MOST_OUTPUT_BYTES = 64 * 1024;
const ANSWERS_WITHIN_MS = 30_000;

/** What the program sees unless it needs more: nothing of the caller's. */
export const SCRUBBED: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

interface Call {
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** A person waits at the terminal: it may ask there, and what it says on standard error goes there. */
  readonly attended?: boolean;
}

interface Answer {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the system's ssh-keygen. Unattended it has no terminal at all, so that it fails where it would ask. `input` is
 * its standard input, which ends after it.
 */
export async function runSshKeygen({
  args,
  input = '',
  env = SCRUBBED,
  timeoutMs = ANSWERS_WITHIN_MS,
  attended = false,
}: Call): Promise<Answer> {
  const { code, signal, stdout, stderr, truncated } = await orUnavailable({
    program: 'ssh-keygen',
    args,
    cwd: '/',
    root: null,
    env,
    input,
    attended,
    timeoutMs,
    maxOutputBytes: MOST_OUTPUT_BYTES,
    // It is short, and at a terminal Ctrl-C reaches it by itself.
    signal: new AbortController().signal,
  });
  if (signal !== null) throw unavailable(`it was stopped (${signal})`);
  if (truncated) throw unavailable('it says too much');
  return { succeeded: code === 0, stdout, stderr };
}

async function orUnavailable(run: ProgramRun): ReturnType<typeof runProgram> {
  try {
    return await runProgram(run);
  } catch (error) {
    if (error instanceof PitstopError) throw unavailable(error.message, error);
    throw error;
  }
}

function unavailable(why: string, cause?: unknown): PitstopError {
  return new PitstopError('ssh-keygen-unavailable', `ssh-keygen does not run: ${why}`, {
    hint: 'Install OpenSSH 8.2 or later (Debian: openssh-client).',
    cause,
  });
}
