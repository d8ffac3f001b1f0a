import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { withSandboxServer } from '../../src/labs/sandbox/server.ts';
import { parseTarget } from '../../src/pg/target.ts';

/** A program that makes a sandbox beside a database, says its name, and waits to be killed. */
const [url = ''] = process.argv.slice(2);
await withSandboxServer('clone', parseTarget(url, {}), (server) =>
  server.withDatabase({ type: 'empty', localeOptions: '' }, async ({ name }) => {
    process.stdout.write(`${name}\n`);
    await pause(60_000);
  }),
);
