import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What the kernel says of the device below a folder: whether it rotates; null where it does not tell. A hint and no
 * more: virtual machines report that of any disk.
 * @param root `/`, or a folder with `sys` below it
 */
export async function rotates(root: string, folder: string): Promise<boolean | null> {
  const device = await stat(folder, { bigint: true }).then(
    ({ dev }) => dev,
    () => null,
  );
  if (device === null || device === 0n) return diskLayoutRotates();
  const of = join(root, 'sys/dev/block', numberOf(device));
  for (const queue of [join(of, 'queue/rotational'), join(of, '../queue/rotational')]) {
    const text = await readFile(queue, 'utf8').catch(() => null);
    if (text !== null) return text.trim() === '1';
  }
  return diskLayoutRotates();
}

/** Where there is no such file (macOS, Windows): what all disks of the machine are, if they are of one sort. */
async function diskLayoutRotates(): Promise<boolean | null> {
  const { diskLayout } = await import('systeminformation');
  const types = new Set((await diskLayout().catch(() => [])).map(({ type }) => type));
  if (types.size !== 1) return null;
  return types.has('HD') ? true : types.has('SSD') || types.has('NVMe') ? false : null;
}

/** `8:1`; makedev(3) as glibc packs it. */
function numberOf(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn);
  return `${major}:${minor}`;
}
