import { readFile } from 'node:fs/promises';
import type { PoolSource } from '../pooling/app-pool.ts';

/** The module through which pitstop itself connects, as text, for applications to have, too. The build puts it beside. */
export async function readPoolSource(): Promise<PoolSource> {
  const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');
  return { module: await read('pool.ts'), ending: await read('pool-of-this-process.txt') };
}
