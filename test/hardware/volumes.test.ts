import { mkdir, statfs, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { findVolumes } from '../../src/hardware/volumes.ts';
import { createFolder } from '../support/folder.ts';

const OWN = '22 1 254:0 / / rw - ext4 /dev/vda rw\n30 22 0:23 / /dev/shm rw - tmpfs tmpfs rw\n';
/** A container: its root is an overlay, its data is a folder of a volume that we have mounted elsewhere. */
const CONTAINER =
  '90 80 0:99 / / rw - overlay overlay rw\n91 90 0:23 /pg /var/lib/postgresql/data rw - tmpfs tmpfs rw\n' +
  '92 90 254:0 /wal /mnt/the\\040log rw - ext4 /dev/vda rw\n';
const DATA = '/var/lib/postgresql/data';

/** A tree as of `/`, with what this process sees mounted and what number 77 does. */
async function root(server: string): Promise<string> {
  return createFolder({ 'proc/self/mountinfo': OWN, 'proc/77/mountinfo': server });
}

describe('volumes of a process', () => {
  test('that we may not look into are found by their devices; that links are not seen is said', async () => {
    const { blocks, bfree, bsize } = await statfs('/dev/shm');
    const [data, log, program] = await findVolumes(
      [DATA, `${DATA}/pg_wal`, '/usr'],
      77,
      await root(CONTAINER),
    );
    const volume = {
      folder: DATA,
      usedBytes: (blocks - bfree) * bsize,
      freeBytes: expect.any(Number) as number,
    };
    expect(data).toEqual({ path: DATA, device: '0:23', volume, mayBeLink: true });
    expect(log).toEqual({ path: `${DATA}/pg_wal`, device: '0:23', volume, mayBeLink: true });
    expect(program).toEqual({ path: '/usr', reason: 'the file system at / is not seen from here' });
  });

  test('that we may look into: links lead within its own view of the files', async () => {
    const top = await root(CONTAINER);
    const files = join(top, 'proc/77/root');
    await mkdir(join(files, DATA), { recursive: true });
    await mkdir(join(files, 'mnt/the log'), { recursive: true });
    await symlink('../../../../mnt', join(files, DATA, 'up'));
    await symlink('/var/lib/postgresql/data/up/the log', join(files, DATA, 'pg_wal'));
    const [data, log] = await findVolumes([DATA, `${DATA}/pg_wal`], 77, top);
    expect(data).toMatchObject({ device: '0:23', volume: { folder: DATA }, mayBeLink: false });
    expect(log).toMatchObject({ device: '254:0', volume: { folder: '/mnt/the log' }, mayBeLink: false });
  });

  test('links that go round are followed no further than the kernel does', async () => {
    const top = await root(CONTAINER);
    const files = join(top, 'proc/77/root');
    await mkdir(join(files, DATA), { recursive: true });
    await symlink('pg_wal', join(files, DATA, 'pg_wal'));
    expect(await findVolumes([`${DATA}/pg_wal`], 77, top)).toMatchObject([
      { device: '0:23', mayBeLink: true },
    ]);
  });

  test('that sees what we see: paths are ours', async () => {
    const top = await root(OWN);
    await mkdir(join(top, 'srv/data'), { recursive: true });
    await symlink('/dev/shm', join(top, 'srv/data/pg_wal'));
    expect(await findVolumes(['/srv/data', '/srv/data/pg_wal'], 77, top)).toMatchObject([
      { device: '254:0', volume: { folder: '/' } },
      { device: '0:23', volume: { folder: '/dev/shm' } },
    ]);
  });

  test('of several mounts at one place the last one counts', async () => {
    const over = `${OWN}31 30 254:0 /new /dev/shm rw - ext4 /dev/vda rw\n`;
    expect(await findVolumes(['/dev/shm/data'], 77, await root(over))).toMatchObject([{ device: '254:0' }]);
  });

  test('without /proc a path is looked at itself', async () => {
    const folder = await createFolder();
    const [found, missing] = await findVolumes([folder, join(folder, 'missing')], 77, folder);
    expect(found).toMatchObject({ volume: { folder }, mayBeLink: false });
    expect(missing).toEqual({
      path: join(folder, 'missing'),
      reason: `${join(folder, 'missing')} is not seen from here`,
    });
  });

  test.runIf(process.platform === 'linux')('of our own are those of df', async () => {
    const [found] = await findVolumes([process.cwd()], process.pid);
    const { blocks, bfree, bsize } = await statfs(process.cwd());
    if (found === undefined || 'reason' in found) throw new Error('it is not seen');
    const total = found.volume.usedBytes + found.volume.freeBytes;
    expect(total).toBeLessThanOrEqual(blocks * bsize);
    expect(total).toBeGreaterThanOrEqual((blocks - bfree) * bsize);
  });
});
