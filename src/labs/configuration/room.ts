import { readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { availableMemory } from 'node:process';
import type { Room } from '../../tuning/start/fit.ts';

/** What servers of ours leave for everything else that runs here. */
const SHARE = 0.5;

/** What this machine, or the container that we are in, has free for each of so many servers. */
export async function readRoom(servers: number): Promise<Room> {
  const { bavail, bsize } = await statfs(tmpdir());
  return {
    memoryBytes: (availableMemory() * SHARE) / servers,
    logBytes: (bavail * bsize * SHARE) / servers,
    hugePages: Math.floor((await freeHugePages()) / servers),
  };
}

/** Only Linux has them set aside where a server could be told to insist on them. */
async function freeHugePages(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  return Number(/^HugePages_Free:\s*(\d+)/m.exec(text)?.[1] ?? 0);
}
