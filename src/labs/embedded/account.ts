import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { unavailable } from './unavailable.ts';

/** An operating system user that the server runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const PREFERRED = ['postgres', 'nobody'];

/**
 * Whom the server runs as: null for "as we are", which is every case but root, whom PostgreSQL refuses.
 * The account must stand in the password file, since initdb asks for its name.
 */
export function chooseAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const account = unprivileged(readFileSync('/etc/passwd', 'utf8')).find(usable);
  if (account !== undefined) return account;
  throw unavailable('PostgreSQL does not run as root, and there is no other user to run it as', {
    hint: 'Run as an ordinary user, or add one: useradd --system postgres.',
  });
}

/** The ordinary users of a password file, the fittest first. */
export function unprivileged(passwordFile: string): Account[] {
  const accounts = passwordFile.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    const account = { name, uid: Number(uid), gid: Number(gid) };
    return uid !== '' && gid !== '' && account.uid > 0 && account.gid > 0 ? [account] : [];
  });
  const rank = ({ name }: Account) => (PREFERRED.includes(name) ? PREFERRED.indexOf(name) : PREFERRED.length);
  return accounts.toSorted((a, b) => rank(a) - rank(b));
}

/** Asks the operating system itself: folder modes, access lists and mounts all have a say in it. */
export function mayEnter(account: Account | null, folder: string): boolean {
  const asked = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], {
    ...identity(account),
    stdio: 'ignore',
  });
  return asked.status === 0;
}

/** What `spawn` needs to run something as the account. A folder that everybody may enter, since initdb and postgres look up where they are. */
export function identity(account: Account | null): { cwd: string; uid?: number; gid?: number } {
  return account === null ? { cwd: '/' } : { cwd: '/', uid: account.uid, gid: account.gid };
}

/** In a user namespace, only some of the listed users can be become. */
function usable(account: Account): boolean {
  return mayEnter(account, '/');
}
