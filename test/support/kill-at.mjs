/**
 * Loaded before a program (`node --import`), ends it with SIGKILL at one of its durable steps. A step is a change of the
 * file system below a folder, or a statement that writes, ends or begins a transaction on PostgreSQL. Each has a name
 * that is the same from run to run, `rename tasks/tasks.md#2` for the second of its kind.
 *
 * - `KILL_FOLDER`: the folder, absolute
 * - `KILL_STEPS`: a file that gets the names of the steps, one a line
 * - `KILL_AT`: the step to end at; nothing ends where it is missing
 * - `KILL_WHEN`: `before` the step; `after` it; `torn`: with half of the bytes written; `sent`: with the statement
 *   on its way to the server and its answer not awaited
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const { KILL_FOLDER: folder = '', KILL_STEPS: steps, KILL_AT: at, KILL_WHEN: when = 'before' } = process.env;
const { appendFileSync, promises } = fs;
const { open } = promises;
const counts = new Map();

/** Does what is to be done, or half of it, or nothing, and ends there if this is the step. */
async function step(name, run, half) {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  const id = `${name}#${count}`;
  if (steps !== undefined) appendFileSync(steps, `${id}\n`);
  if (id !== at) return run();
  if (when === 'before') end();
  if (when === 'torn' || when === 'sent') {
    await half();
    end();
  }
  const result = await run();
  end();
  return result;
}

function end() {
  process.kill(process.pid, 'SIGKILL');
}

/** The path's name below the folder, without what differs from run to run; null where it is not below. */
function nameOf(path) {
  const absolute = resolve(path instanceof URL ? fileURLToPath(path) : String(path));
  const name = relative(folder, absolute);
  if (name.startsWith('..')) return null;
  return name.replace(/(?:\.\w+){4}\.tmp$/, '.tmp').replace(/\d{14}_/, 'TIME_');
}

const paths = new WeakMap();

promises.open = async (path, flags = 'r', ...rest) => {
  const name = nameOf(path);
  const opening = () => open(path, flags, ...rest);
  const handle = await (name === null || flags === 'r' ? opening() : step(`open ${name}`, opening, opening));
  if (name !== null) paths.set(handle, name);
  return handle;
};

/** As the file system sees it: the file is made empty, then it is filled. */
promises.writeFile = async (path, data, options = {}) => {
  const { flag = 'w', mode, ...others } = typeof options === 'string' ? { encoding: options } : options;
  const handle = await promises.open(path, flag, mode);
  try {
    await handle.writeFile(data, others);
  } finally {
    await handle.close();
  }
};

for (const method of ['mkdir', 'rmdir', 'unlink', 'rm', 'truncate', 'chmod']) {
  const original = promises[method];
  promises[method] = async (path, ...rest) => {
    const name = nameOf(path);
    const run = () => original(path, ...rest);
    return name === null ? run() : step(`${method} ${name}`, run, run);
  };
}

for (const method of ['rename', 'link', 'symlink', 'copyFile', 'cp']) {
  const original = promises[method];
  promises[method] = async (from, to, ...rest) => {
    const name = nameOf(to);
    const run = () => original(from, to, ...rest);
    return name === null ? run() : step(`${method} ${name}`, run, run);
  };
}

const sample = await open(fileURLToPath(import.meta.url), 'r');
const handles = Object.getPrototypeOf(sample);
await sample.close();

for (const method of ['write', 'writeFile', 'appendFile', 'truncate', 'sync']) {
  const original = handles[method];
  handles[method] = async function (...args) {
    const name = paths.get(this);
    const run = () => original.apply(this, args);
    // A folder that is synced was opened for reading, and has nothing to tear.
    return name === undefined ? run() : step(`${method} ${name}`, run, () => tear(this, original, args));
  };
}

async function tear(handle, write, [data]) {
  if (typeof data !== 'string' && !Buffer.isBuffer(data)) return;
  const bytes = Buffer.from(data);
  await write.call(handle, bytes.subarray(0, Math.ceil(bytes.length / 2)));
}

syncBuiltinESMExports();

const WRITES =
  /^\s*(?:WITH\b.*\bUPDATE|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|TRUNCATE|ANALYZE|VACUUM|REINDEX|COMMIT|BEGIN$|ROLLBACK$)/is;
// oxlint-disable-next-line typescript/unbound-method -- it is called with the client as `this`
const query = pg.Client.prototype.query;

pg.Client.prototype.query = function (config, ...rest) {
  const text = typeof config === 'string' ? config : (config?.text ?? '');
  const session = this.connectionParameters.application_name ?? '';
  const run = () => query.call(this, config, ...rest);
  if (typeof config?.submit === 'function' || !WRITES.test(text) || session.endsWith('reader')) return run();
  const name = `${session.replace('pitstop ', '')}: ${text.trim().replaceAll(/\s+/g, ' ').slice(0, 90)}`;
  return step(name, run, async () => {
    run().catch(() => undefined);
    // Written at once, or when the event loop comes around.
    await nextTurn();
    await nextTurn();
  });
};
