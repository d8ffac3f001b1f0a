import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that a container's runtime puts there: Docker, Podman, systemd-nspawn and LXC, Kubernetes. */
const SIGNS = [
  '/.dockerenv',
  '/run/.containerenv',
  '/run/systemd/container',
  '/var/run/secrets/kubernetes.io',
];
/** What the paths of cgroups say where their namespace does not hide them. */
const CGROUP = /[/-](docker|kubepods|containerd|libpod|lxc|crio)\b/;

/**
 * What tells that this is a container; null where nothing does, which is no proof.
 * @param root `/`, or a folder with `proc` below it
 */
export async function containerSign(root: string): Promise<string | null> {
  for (const sign of SIGNS) {
    const isThere = await access(join(root, sign)).then(
      () => true,
      () => false,
    );
    if (isThere) return `${sign} is there`;
  }
  const cgroups = await readFile(join(root, 'proc/self/cgroup'), 'utf8').catch(() => '');
  const runtime = CGROUP.exec(cgroups)?.[1];
  return runtime === undefined ? null : `the cgroup is one of ${runtime}`;
}
