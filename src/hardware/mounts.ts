import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A line of `/proc/PID/mountinfo`; see proc_pid_mountinfo(5). */
export interface Mount {
  /** The file system's device, `8:1`: the same in every mount namespace. */
  readonly device: string;
  /** The folder of the file system that is mounted. */
  readonly top: string;
  /** Where it is mounted, as the process sees it. */
  readonly folder: string;
  readonly type: string;
  /** Of the file system, not of the mount. */
  readonly options: string;
}

/**
 * What a process sees mounted, in the order in which it was; null where the system does not tell. Every user may read it of
 * every process.
 * @param root `/`, or a folder with `proc` below it
 */
export async function readMounts(root: string, pid: number | 'self'): Promise<readonly Mount[] | null> {
  const text = await readFile(join(root, 'proc', String(pid), 'mountinfo'), 'utf8').catch(() => null);
  return text === null ? null : text.split('\n').filter(Boolean).map(parseMount);
}

/** The mount that a path is on: the deepest, and of several at one place the last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | null {
  const above = mounts.filter(({ folder }) => folder === '/' || `${path}/`.startsWith(`${folder}/`));
  return above.reduce<Mount | null>(
    (deepest, mount) => (deepest === null || mount.folder.length >= deepest.folder.length ? mount : deepest),
    null,
  );
}

/** The fields behind the dash are type, source and options; before it there may be any number of optional ones. */
function parseMount(line: string): Mount {
  const [mount = '', behind = ''] = line.split(' - ');
  const [, , device = '', top = '', folder = ''] = mount.split(' ').map(unescapeOctal);
  const [type = '', , options = ''] = behind.split(' ');
  return { device, top, folder, type, options };
}

/** A space is written `\040`. */
function unescapeOctal(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_all, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 8)),
  );
}
