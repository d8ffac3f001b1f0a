import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { PitstopError } from '../../src/errors.ts';
import { createDatabaseName, MARKER } from '../../src/labs/sandbox/database-name.ts';
import { withSandboxSession } from '../../src/labs/sandbox/fill.ts';
import { withSandboxServer } from '../../src/labs/sandbox/server.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { administer, createTestDatabase, type TestDatabase } from '../support/database.ts';

const EMPTY = { type: 'empty', localeOptions: '' } as const;
const PROGRAM = fileURLToPath(new URL('../support/sandbox-program.ts', import.meta.url));

let target: TestDatabase;
const made = new Set<string>();

beforeEach(async () => {
  target = await createTestDatabase();
});
afterEach(async () => {
  for (const name of made) await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  made.clear();
  await target.drop();
});

async function exists(name: string): Promise<boolean> {
  return (await administer('SELECT FROM pg_database WHERE datname = $1', [name])).length > 0;
}

/** Another run on the same target, which clears away what others have left. */
async function anotherRun(): Promise<void> {
  await withSandboxServer('clone', parseTarget(target.url, {}), (server) =>
    server.withDatabase(EMPTY, async () => undefined),
  );
}

describe('a sandbox beside the target', () => {
  test('has a name of its own, a mark, and goes when its work ends or fails', async () => {
    const names: string[] = [];
    const failing = withSandboxServer('clone', parseTarget(target.url, {}), (server) =>
      server.withDatabase(EMPTY, async ({ name }) => {
        names.push(name);
        expect(name).toMatch(/^pitstop_sandbox_[0-9a-f]{16}$/);
        const [marked] = await administer(
          `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
          [name],
        );
        expect(marked).toEqual({ comment: MARKER });
        await anotherRun();
        expect(await exists(name)).toBe(true);
        throw new Error('work failed');
      }),
    );
    await expect(failing).rejects.toThrow('work failed');
    expect(await exists(names[0] ?? '')).toBe(false);
  });

  test('goes when the run is interrupted', async () => {
    const interruption = new AbortController();
    const names: string[] = [];
    const interrupted = withSandboxServer('clone', parseTarget(target.url, {}), (server) =>
      server.withDatabase(EMPTY, (database) => {
        names.push(database.name);
        return withSandboxSession(database, {}, interruption.signal, (session) => {
          setTimeout(() => interruption.abort(), 100);
          return session.query('SELECT pg_sleep(60)');
        });
      }),
    );
    await expect(interrupted).rejects.toThrow(/canceling statement/);
    expect(await exists(names[0] ?? '')).toBe(false);
  });

  test('goes with the next run where its own was killed', async () => {
    const program = spawn(process.execPath, ['--import', 'tsx', PROGRAM, target.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [name] = String((await once(program.stdout, 'data'))[0])
      .trim()
      .split('\n');
    made.add(name ?? '');
    expect(await exists(name ?? '')).toBe(true);
    program.kill('SIGKILL');
    await once(program, 'exit');
    await expect
      .poll(async () => {
        await anotherRun();
        return exists(name ?? '');
      })
      .toBe(false);
  });

  test('is never mistaken for a database of somebody else', async () => {
    const [similar, commented] = ['pitstop_sandbox_mine', createDatabaseName()];
    for (const name of [similar, commented]) {
      made.add(name);
      await administer(`CREATE DATABASE ${name}`);
    }
    await administer(`COMMENT ON DATABASE ${commented} IS 'the accounts of last year'`);
    await anotherRun();
    expect([await exists(similar), await exists(commented)]).toEqual([true, true]);
  });

  test.runIf(inject('serverKind') === 'embedded')(
    'says what a role without the right to make databases needs',
    async () => {
      await administer(`CREATE ROLE sandbox_nobody LOGIN PASSWORD 'x'`);
      try {
        const url = new URL(target.url);
        url.username = 'sandbox_nobody';
        url.password = 'x';
        const refused = withSandboxServer('clone', parseTarget(url.href, {}), (server) =>
          server.withDatabase(EMPTY, async () => undefined),
        );
        await expect(refused).rejects.toMatchObject({
          code: 'no-lab',
          hint: expect.stringContaining('CREATEDB'),
        });
      } finally {
        await administer('DROP ROLE sandbox_nobody');
      }
    },
  );
});

describe('a server of our own', () => {
  test('starts when it is needed, runs everything as nobody, and stops', async () => {
    const nothing = await withSandboxServer(
      'embedded',
      parseTarget(target.url, {}),
      async () => 'nothing was needed',
    );
    expect(nothing).toBe('nothing was needed');
    let port = 0;
    await withSandboxServer('embedded', parseTarget(target.url, {}), (server) =>
      server.withDatabase(EMPTY, async (database) => {
        port = database.target.port;
        expect(port).not.toBe(parseTarget(target.url, {}).port);
        const [role] = await withSession(database.target, 'test', null, (session) =>
          session.query(`SELECT rolsuper, rolcreaterole, pg_has_role('pg_execute_server_program', 'MEMBER') AS programs
          FROM pg_roles WHERE rolname = current_user`),
        );
        expect(role).toEqual({ rolsuper: false, rolcreaterole: false, programs: false });
      }),
    );
    const gone = new Client({ host: '127.0.0.1', port, user: 'postgres' });
    await expect(gone.connect()).rejects.toThrow(/ECONNREFUSED/);
  });

  test('with a locale that the server does not have, says so', async () => {
    const origin = { type: 'empty', localeOptions: `LOCALE_PROVIDER libc LOCALE 'xx_XX.UTF-8'` } as const;
    await withSandboxServer('clone', parseTarget(target.url, {}), (server) =>
      server.withDatabase(origin, async ({ otherLocale, name }) => {
        expect(otherLocale).toBe(true);
        expect(await exists(name)).toBe(true);
      }),
    );
  });

  test('in a container says where Docker does not answer, or works', async () => {
    const use = withSandboxServer('container', parseTarget(target.url, {}), (server) =>
      server.withDatabase(EMPTY, async ({ name }) => name),
    );
    await expect(use.catch((error: unknown) => error)).resolves.toSatisfy(
      (result: unknown) =>
        (typeof result === 'string' && result.startsWith('pitstop_sandbox_')) ||
        (result instanceof PitstopError && result.code === 'no-lab' && /Docker/.test(result.message)),
    );
  });
});
