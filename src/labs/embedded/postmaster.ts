import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identity, type Account } from './account.ts';
import { environment } from './environment.ts';
import { asLastResort } from '../../external/last-resort.ts';
import { freePort } from '../free-port.ts';
import { quitPostmasterNow, readPostmasterFile, waitForPostmaster } from './postmaster-file.ts';
import { NotStarted } from './unavailable.ts';

const PORT_ATTEMPTS = 10;
/** Long enough for crash recovery of a kept folder. */
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 30_000;

/** A running server process of ours. */
export interface Postmaster {
  readonly port: number;
  /** `fast` writes everything out first; `immediate` leaves the data to crash recovery, for data that goes anyway. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
}

interface Place {
  /** The server's folder, with `data` in it. */
  readonly folder: string;
  readonly postgres: string;
  readonly account: Account | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** Starts the server on a free port of the loopback interface. */
export async function startPostmaster(place: Place): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await startOn(await freePort(), place);
    if ('stop' in outcome) return outcome;
    // Between finding a port and binding it somebody else may have taken it.
    if (outcome.output.includes('Address already in use') && attempt < PORT_ATTEMPTS) continue;
    throw new NotStarted(outcome.output);
  }
}

async function startOn(port: number, place: Place): Promise<Postmaster | { output: string }> {
  const { folder, signal } = place;
  const data = join(folder, 'data');
  const child = await spawnPostmaster(port, place);
  const withdraw = asLastResort(() => quitPostmasterNow(child.pid ?? 0, data));
  const stop = async (mode: 'fast' | 'immediate') => {
    await stopProcess(child, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    withdraw();
  };
  const ready = () => {
    const server = readPostmasterFile(data);
    return server?.pid === child.pid && server?.ready === true;
  };
  try {
    const settled = await waitForPostmaster(() => ready() || hasEnded(child), READY_WITHIN_MS, signal);
    if (settled && !hasEnded(child)) {
      // A server that nobody stops must not keep the program from ending; the last resort stops it then.
      child.unref();
      return { port, stop };
    }
  } catch (error) {
    await stop('immediate');
    signal?.throwIfAborted();
    throw error;
  }
  await stop('immediate');
  return { output: await readLog(folder) };
}

/** What the server that ran there last has said. */
export function readLog(folder: string): Promise<string> {
  return readFile(join(folder, 'server.log'), 'utf8');
}

/**
 * The log goes to a file, not to a pipe: a pipe fills up while this process is busy, and the server would wait for it.
 * In a session of its own the server is spared the terminal's Ctrl-C, which is for us to unwind from first.
 */
async function spawnPostmaster(
  port: number,
  { folder, postgres, account, settings }: Place,
): Promise<ChildProcess> {
  const all = {
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(join(folder, 'server.log'), 'w', 0o600);
  try {
    const child = spawn(postgres, ['-D', join(folder, 'data'), ...options], {
      ...identity(account),
      env: environment(),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    return child;
  } finally {
    await log.close();
  }
}

async function stopProcess(child: ChildProcess, how: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  child.ref();
  const ended = once(child, 'exit');
  child.kill(how);
  const insist = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(insist);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
