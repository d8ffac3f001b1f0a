import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { identity } from './account.ts';
import type { Cluster } from './cluster.ts';
import { environment } from './environment.ts';

/**
 * What a server on the cluster would have a setting at, without starting it (`postgres -C`). It reads its configuration
 * and loads its libraries as a start would, so that it also says what is wrong with them.
 * @param settings for the command line, as at a start
 */
export async function askBeforeStart(
  { account, binaries, dataDirectory }: Cluster,
  name: string,
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<{ readonly value: string } | { readonly log: string }> {
  signal?.throwIfAborted();
  const options = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', dataDirectory, ...options, '-C', name], {
    ...identity(account),
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [value, log, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return code === 0 ? { value: value.trim() } : { log };
}
