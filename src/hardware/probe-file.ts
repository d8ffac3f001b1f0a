import { randomFillSync } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdtemp, open, readdir, rm, stat, statfs, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadProbe } from '../tuning/hardware/storage-class.ts';
import { systemCode } from '../files/system-error.ts';

/** An open file whose reads go past the page cache. */
export interface ProbeFile {
  readonly kind: ReadProbe['file'];
  readonly fd: number;
  readonly bytes: number;
}

const MB = 1024 ** 2;
/** Less would fit into the cache of a drive, or lie side by side on a disk. */
const LEAST_DATA_BYTES = 64 * MB;
const TEMPORARY_BYTES = 64 * MB;
const LEAST_TEMPORARY_BYTES = 8 * MB;
/** Nobody's disk is filled for a measurement. */
const LEAST_FREE_BYTES = 1024 * MB;
const CHUNK_BYTES = 4 * MB;
const MOST_WRITING_MS = 1000;
const MOST_FILES = 5000;

/**
 * Lends a file to read from: one of the server's own data where they can be read, else one that is written for it into
 * `scratch` and removed. `reason` says why there is none.
 * @param directory a data directory, or any other; nothing is ever written there
 * @param scratch folders to write to; the first on the same volume is taken
 */
export async function withProbeFile<T>(
  directory: string,
  scratch: readonly string[],
  use: (file: ProbeFile) => Promise<T>,
): Promise<T | { readonly reason: string }> {
  if (constants.O_DIRECT === undefined)
    return { reason: 'this system does not let reads go past its page cache' };
  try {
    const data = await largestDataFile(directory);
    if (data !== null) return await withDataFile(data, use);
    const folder = await firstOnVolume(directory, scratch);
    if (folder === null) return { reason: `nothing can be written beside ${directory} to read it again` };
    return await withTemporaryFile(folder, use);
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    return {
      reason:
        code === 'EINVAL'
          ? `the file system of ${directory} does not let reads go past its page cache`
          : `no file of ${directory} could be read (${code})`,
    };
  }
}

async function withDataFile<T>(
  { path, bytes }: { readonly path: string; readonly bytes: number },
  use: (file: ProbeFile) => Promise<T>,
): Promise<T> {
  const file = await open(path, constants.O_RDONLY | constants.O_DIRECT);
  try {
    return await use({ kind: 'data', fd: file.fd, bytes });
  } finally {
    await file.close();
  }
}

/** Its name is gone before anything is written, so that nothing is left of it whatever happens. */
async function withTemporaryFile<T>(
  folder: string,
  use: (file: ProbeFile) => Promise<T>,
): Promise<T | { readonly reason: string }> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < LEAST_FREE_BYTES)
    return { reason: `${folder} has less than 1 GB free to write a file` };
  const own = await mkdtemp(join(folder, 'pitstop-probe-'));
  const handles: FileHandle[] = [];
  try {
    const path = join(own, 'blocks');
    handles.push(await open(path, 'wx', 0o600));
    handles.push(await open(path, constants.O_RDONLY | constants.O_DIRECT));
    const [writer, reader] = handles;
    await unlink(path);
    await rm(own, { recursive: true, force: true });
    const bytes = writer === undefined ? 0 : await fill(writer);
    if (bytes < LEAST_TEMPORARY_BYTES || reader === undefined)
      return { reason: `writing to ${folder} is too slow for a file to read` };
    return await use({ kind: 'temporary', fd: reader.fd, bytes });
  } finally {
    for (const handle of handles) await handle.close();
    await rm(own, { recursive: true, force: true });
  }
}

/** Writes what nothing compresses, and has it on the disk before it is read. How many bytes there are. */
async function fill(file: FileHandle): Promise<number> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const began = performance.now();
  let bytes = 0;
  while (bytes < TEMPORARY_BYTES && performance.now() - began < MOST_WRITING_MS) {
    randomFillSync(chunk);
    bytes += (await file.write(chunk, 0, chunk.length, bytes)).bytesWritten;
    await file.datasync();
  }
  return bytes;
}

/** A file of a table or index that is large enough to read all over; null where there is none, or none may be seen. */
async function largestDataFile(directory: string): Promise<{ path: string; bytes: number } | null> {
  const base = join(directory, 'base');
  let largest: { path: string; bytes: number } | null = null;
  let seen = 0;
  for (const database of await namesIn(base)) {
    for (const name of await namesIn(join(base, database))) {
      if (!/^\d+(?:\.\d+)?$/.test(name)) continue;
      if (++seen > MOST_FILES) return largest;
      const path = join(base, database, name);
      const bytes = await stat(path).then(
        ({ size }) => size,
        () => 0,
      );
      if (bytes >= Math.max(LEAST_DATA_BYTES, (largest?.bytes ?? 0) + 1)) largest = { path, bytes };
    }
  }
  return largest;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function firstOnVolume(directory: string, scratch: readonly string[]): Promise<string | null> {
  const volume = await volumeOf(directory);
  for (const folder of scratch) if (volume !== null && (await volumeOf(folder)) === volume) return folder;
  return null;
}

async function volumeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ dev }) => dev,
    () => null,
  );
}
