import { networkInterfaces } from 'node:os';
import { commandLine } from '../files/process-identity.ts';
import type { Session } from '../pg/session.ts';
import type { Target } from '../pg/target.ts';
import { managedBy, type ServerHardware } from '../tuning/hardware/server.ts';

/**
 * Where a server runs. `here`: one of its processes is among those of this machine. `perhaps-here`: it answers at an
 * address of this machine, where a container or a tunnel may stand; SQL cannot tell them apart. `elsewhere`: neither.
 */
export interface ServerPlace {
  readonly where: 'here' | 'perhaps-here' | 'elsewhere';
  readonly why: string;
  /** A process of the server, whose cgroup counts; null where none is seen. */
  readonly pid: number | null;
}

export async function placeOf(
  session: Session,
  target: Target,
  server: ServerHardware,
): Promise<ServerPlace> {
  const managed = managedBy(server);
  if (managed !== null)
    return { where: 'elsewhere', why: `the server has ${managed.sign}: a service runs it`, pid: null };
  if (isBackendHere(session, target))
    return {
      where: 'here',
      why: `the server's process ${session.backendPid} runs on this machine`,
      pid: session.backendPid,
    };
  if (isOwnAddress(target.host))
    return {
      where: 'perhaps-here',
      why: `the server answers at ${target.host}, but its processes are not seen here: it may be in a container, or behind a tunnel`,
      pid: null,
    };
  return { where: 'elsewhere', why: `the server is at ${target.host}`, pid: null };
}

/**
 * Whether the server's process for a session is among those of this machine. Its title begins with `postgres:` and names
 * its user and database; no other machine's has the same number.
 */
export function isBackendHere(
  { backendPid }: Pick<Session, 'backendPid'>,
  { user, database }: Pick<Target, 'user' | 'database'>,
): boolean {
  const title = commandLine(backendPid);
  return title.startsWith('postgres: ') && title.includes(` ${user} ${database} `);
}

/** The loopback interface, a socket's folder, or what an interface of this machine has. */
function isOwnAddress(host: string): boolean {
  if (host.startsWith('/') || host.toLowerCase() === 'localhost') return true;
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.map(({ address }) => address),
  );
  return /^127\.|^::1$/.test(host) || own.includes(host);
}
