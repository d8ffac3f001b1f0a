import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { PitstopError } from '../errors.ts';

/** Of the system, not of `PATH`, which whoever starts us chooses. */
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/bin', '/opt/homebrew/bin'];
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
 * Runs ssh-keygen without a shell. Unattended it has no terminal at all, so that it fails where it would ask. `input` is
 * its standard input, which ends after it.
 */
export async function runSshKeygen({
  args,
  input = '',
  env = SCRUBBED,
  timeoutMs = ANSWERS_WITHIN_MS,
  attended = false,
}: Call): Promise<Answer> {
  const program = await findProgram();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: '/',
      env,
      detached: !attended,
      stdio: ['pipe', 'pipe', attended ? 'inherit' : 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const stdout = collect(child.stdout, () => child.kill('SIGKILL'));
    const stderr = collect(child.stderr, () => child.kill('SIGKILL'));
    child.on('error', (cause) => reject(unavailable(cause.message, cause)));
    child.on('close', (code, signal) => {
      if (signal === null) resolve({ succeeded: code === 0, stdout: stdout(), stderr: stderr() });
      else
        reject(
          unavailable(`it was stopped (${signal}): no end after ${timeoutMs / 1000} s, or too much output`),
        );
    });
    // It may end before it has read everything: its exit code says what that means.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

function collect(stream: NodeJS.ReadableStream | null, onTooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_OUTPUT_BYTES) onTooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

async function findProgram(): Promise<string> {
  for (const folder of FOLDERS) {
    const program = join(folder, 'ssh-keygen');
    const runs = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return program;
  }
  throw unavailable(`it is in none of ${FOLDERS.join(', ')}`);
}

function unavailable(why: string, cause?: unknown): PitstopError {
  return new PitstopError('ssh-keygen-unavailable', `ssh-keygen does not run: ${why}`, {
    hint: 'Install OpenSSH 8.2 or later (Debian: openssh-client).',
    cause,
  });
}
