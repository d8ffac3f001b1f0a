import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** A process, told apart from a later one with the same number and from those of other containers on the same folder. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in the system's own form; empty where the process is gone. */
  readonly started: string;
  /** The kernel's boot and the process-id namespace; empty where the system has no such thing. */
  readonly world: string;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, started: startedAt(pid), world: world() };
}

/** `unknown` where it lives, or lived, in a process-id namespace that we cannot see into. */
export function presence(identity: ProcessIdentity): 'alive' | 'gone' | 'unknown' {
  if (identity.world !== world()) return 'unknown';
  const started = startedAt(identity.pid);
  return started !== '' && started === identity.started ? 'alive' : 'gone';
}

/** The command line of a living process, its words separated by spaces; empty where there is none. */
export function commandLine(pid: number): string {
  if (process.platform === 'linux')
    return readOr('', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
  return ps(pid, 'command=');
}

function startedAt(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  const stat = readOr('', () => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // proc_pid_stat(5): the name in parentheses may hold spaces; the state is field 3, the start time field 22.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? '' : (rest[18] ?? '');
}

function world(): string {
  if (process.platform !== 'linux') return '';
  const boot = readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return `${boot} ${readOr('', () => readlinkSync('/proc/self/ns/pid'))}`;
}

function ps(pid: number, column: string): string {
  return spawnSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
