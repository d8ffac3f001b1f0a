import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { readPostmasterFile } from '../../src/labs/embedded/postmaster-file.ts';
import { startEmbeddedServer, withEmbeddedServer } from '../../src/labs/embedded/server.ts';

/**
 * A program with a server of its own, in a folder or for throwing away, for tests that end programs. Says `{"dataDirectory": …, "pid": …}` once it runs. How it goes on:
 *
 * - `unwind`: waits for SIGINT or SIGTERM, which it turns into an abort, as the command line does
 * - `exit`: calls `process.exit` in the middle
 * - `throw`: dies of an uncaught error
 * - `forget`: comes to its end without having stopped the server
 * - `hang`: waits for nothing, to be killed
 */
const [mode, directory] = process.argv.slice(2);
const options = directory === undefined ? {} : { directory };

function announce(dataDirectory: string): void {
  process.stdout.write(`${JSON.stringify({ dataDirectory, pid: readPostmasterFile(dataDirectory)?.pid })}\n`);
}

if (mode === 'unwind') {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  await withEmbeddedServer({ ...options, signal: interruption.signal }, async (server) => {
    announce(server.dataDirectory);
    await pause(60_000, undefined, { signal: interruption.signal });
  }).catch(() => {
    process.exitCode = 130;
  });
} else {
  const server = await startEmbeddedServer(options);
  announce(server.dataDirectory);
  if (mode === 'exit') process.exit(7);
  if (mode === 'throw') setImmediate(() => throwUncaught());
  if (mode === 'hang') await pause(60_000);
}

function throwUncaught(): never {
  throw new Error('uncaught');
}
