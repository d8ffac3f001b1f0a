import { readlink, stat, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { systemCode } from '../files/system-error.ts';
import { mountOf, readMounts, type Mount } from './mounts.ts';

/** How full a file system is, as df counts it: what only the superuser may still fill is not free. */
interface Volume {
  /** Where it is mounted, as the server sees it; where the system does not tell, the path that was asked for. */
  readonly folder: string;
  readonly usedBytes: number;
  readonly freeBytes: number;
}

/** The volume of a path, or why it is not known. */
export type FoundVolume = { readonly path: string } & (
  | {
      readonly volume: Volume;
      /** Whether two paths are on one volume. */
      readonly device: string;
      /** The path may be a link to another volume: who we are may not see that. */
      readonly mayBeLink: boolean;
    }
  | { readonly reason: string }
);

/**
 * The volumes that paths of a process are on. It may live in a container: then its paths are not ours, but the file systems
 * are, by their devices. Only who may look into the process sees where links lead there.
 * @param pid a process of the server, on this machine
 * @param root `/`, or a folder with `proc` below it
 */
export async function findVolumes(
  paths: readonly string[],
  pid: number,
  root = '/',
): Promise<readonly FoundVolume[]> {
  const mounts = await readMounts(root, pid);
  if (mounts === null) return Promise.all(paths.map(volumeByPath));
  const own = (await readMounts(root, 'self')) ?? [];
  const view = { mounts, own, top: await topOf(pid, root, isDeepStrictEqual(mounts, own)) };
  return Promise.all(paths.map((path) => volumeByMount(path, view)));
}

/** What a process sees of the file systems, and what we see. */
interface View {
  readonly mounts: readonly Mount[];
  readonly own: readonly Mount[];
  /** The folder in which its paths begin; null where we may not look into it. */
  readonly top: string | null;
}

async function topOf(pid: number, root: string, isShared: boolean): Promise<string | null> {
  if (isShared) return root;
  const top = join(root, 'proc', String(pid), 'root');
  return stat(join(top, '/')).then(
    () => top,
    () => null,
  );
}

async function volumeByMount(path: string, { mounts, own, top }: View): Promise<FoundVolume> {
  const target = top === null ? { path, isSeen: false } : await followLinks(top, path);
  const mount = mountOf(target.path, mounts);
  if (mount === null) return { path, reason: `no file system is mounted for ${target.path}` };
  const { device, folder } = mount;
  const shown = own.filter((one) => one.device === device).map((one) => one.folder);
  for (const place of [...(top === null ? [] : [join(top, target.path)]), ...shown]) {
    const space = await spaceOf(place);
    if (space !== null) return { path, device, volume: { folder, ...space }, mayBeLink: !target.isSeen };
  }
  return { path, reason: `the file system at ${folder} is not seen from here` };
}

/** As many links the kernel follows. */
const MOST_LINKS = 40;

/** Where a path leads in a process's view of the files; not `isSeen` where we may not look at the whole of it. */
async function followLinks(
  top: string,
  path: string,
): Promise<{ readonly path: string; readonly isSeen: boolean }> {
  let [seen, left] = ['/', namesOf(path)];
  for (let links = 0; links <= MOST_LINKS;) {
    const [next, ...rest] = left;
    if (next === undefined) return { path: seen, isSeen: true };
    const link = await linkAt(join(top, seen, next));
    if (link === 'hidden') break;
    if (link === null) [seen, left] = [join(seen, next), rest];
    else {
      links += 1;
      [seen, left] = ['/', [...namesOf(resolve(seen, link.to)), ...rest]];
    }
  }
  return { path: join(seen, ...left), isSeen: false };
}

function namesOf(path: string): string[] {
  return path.split('/').filter(Boolean);
}

/** What a link leads to, null for what is none; `hidden` where we may not look. */
async function linkAt(path: string): Promise<{ readonly to: string } | 'hidden' | null> {
  try {
    return { to: await readlink(path) };
  } catch (error) {
    const code = systemCode(error);
    return code === 'EACCES' || code === 'EPERM' ? 'hidden' : null;
  }
}

/** Where there is no /proc there are no containers beside us either: the paths are ours. */
async function volumeByPath(path: string): Promise<FoundVolume> {
  const space = await spaceOf(path);
  const found = await stat(path).catch(() => null);
  if (space === null || found === null) return { path, reason: `${path} is not seen from here` };
  return { path, device: String(found.dev), volume: { folder: path, ...space }, mayBeLink: false };
}

async function spaceOf(path: string): Promise<Pick<Volume, 'usedBytes' | 'freeBytes'> | null> {
  const found = await statfs(path).catch(() => null);
  // Without blocks it is none that fills, such as /proc.
  if (found === null || found.blocks === 0) return null;
  const { blocks, bfree, bavail, bsize } = found;
  return { usedBytes: (blocks - bfree) * bsize, freeBytes: bavail * bsize };
}
