import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { commandLine } from '../../files/process-identity.ts';

const POLL_MS = 20;
const QUIT_WITHIN_MS = 5_000;

/** What the server says of itself in `postmaster.pid`: line 1 its process id, line 8 its state (as `pg_ctl` reads it). */
export function readPostmasterFile(dataDirectory: string): { pid: number; ready: boolean } | null {
  try {
    const lines = readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 1 ? { pid, ready: lines[7]?.trim() === 'ready' } : null;
  } catch {
    return null;
  }
}

/** Polls, as `pg_ctl` does: the file is the only place where a server says it is ready without being connected to. */
export async function waitForPostmaster(
  arrived: () => boolean,
  withinMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!arrived()) {
    if (Date.now() > deadline) return false;
    await pause(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
  return true;
}

/**
 * Stops a server that is not our child: at once and without a checkpoint, which its next start recovers from. Only a process
 * whose command line names the folder is it; the number alone may belong to somebody else by now.
 */
export async function signalPostmaster(dataDirectory: string): Promise<void> {
  const server = readPostmasterFile(dataDirectory);
  if (server === null || !commandLine(server.pid).includes(dataDirectory)) return;
  process.kill(server.pid, 'SIGQUIT');
  const gone = await waitForPostmaster(() => commandLine(server.pid) === '', QUIT_WITHIN_MS);
  if (!gone) process.kill(server.pid, 'SIGKILL');
}

/** The synchronous form for a child of ours. Node cannot reap it then, but its file goes when it has shut down. */
export function quitPostmasterNow(pid: number, dataDirectory: string): void {
  process.kill(pid, 'SIGQUIT');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < QUIT_WITHIN_MS; waited += POLL_MS) {
    if (!existsSync(join(dataDirectory, 'postmaster.pid'))) return;
    Atomics.wait(clock, 0, 0, POLL_MS);
  }
  process.kill(pid, 'SIGKILL');
}
