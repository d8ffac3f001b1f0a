// Runs in threads of its own: reads blocks at random places of an open file, one after the other, and says how many
// milliseconds each took. Plain JavaScript, since a thread starts from a file that nothing has compiled.
/* oxlint-disable unicorn/require-post-message-target-origin -- a thread, not a window */
import { readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';

const { fd, blocks, blockBytes } = workerData;
// Reads past the cache want memory that begins at a page, as that of WebAssembly does and a buffer's does not.
const memory = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer);

parentPort.on('message', ({ mostReads, mostMs }) => {
  const times = [];
  const began = performance.now();
  for (let before = began; times.length < mostReads && before - began < mostMs;) {
    readSync(fd, memory, 0, blockBytes, Math.floor(Math.random() * blocks) * blockBytes);
    const after = performance.now();
    times.push(after - before);
    before = after;
  }
  parentPort.postMessage(times);
});
parentPort.postMessage([]);
