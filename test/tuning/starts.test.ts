import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conf } from '../../src/tuning/forms/conf.ts';
import type { Situation } from '../../src/tuning/rule.ts';
import { parseSetting } from '../../src/tuning/parse-setting.ts';
import { POSTGRESQL_18 } from '../../src/tuning/postgresql-18.ts';
import { sharedMemoryBytes } from '../../src/tuning/shared-memory.ts';
import { GB, MB, toBase } from '../../src/tuning/units.ts';
import { createConfiguredServer, type ConfiguredServer } from '../support/configured-server.ts';
import { SERVER } from '../support/profiles.ts';
import { alike, AS_RECOMMENDED, documentFor, startTuned } from '../support/tuned.ts';

let server: ConfiguredServer;

beforeAll(async () => {
  server = await createConfiguredServer();
});
afterAll(() => server.remove());

describe('a real server starts with the whole file for', () => {
  test('a small container with many cores', async () => {
    const small = { ...SERVER, memoryBytes: 512 * MB, cpus: 64, container: true, connections: 300 };
    expect(await startTuned(server, { ...small, workload: 'dw' })).toEqual(AS_RECOMMENDED);
  });

  test('4 GB of a shop', async () => {
    const shop = { ...SERVER, memoryBytes: 4 * GB, cpus: 4, connections: 150 };
    expect(await startTuned(server, { ...shop, storage: 'nvme', workload: 'oltp' })).toEqual(AS_RECOMMENDED);
  });
});

test('the reverse file takes everything back', async () => {
  const document = documentFor({ ...SERVER, memoryBytes: 2 * GB, workload: 'dw', connections: 50 });
  await server.startedWith([conf.write(document), conf.reverse(document)], async (client) => {
    const { rows } = await client.query(
      `SELECT name FROM pg_settings WHERE name = ANY ($1) AND setting IS DISTINCT FROM boot_val`,
      [document.recommendation.settings.map(({ name }) => name)],
    );
    expect(rows).toEqual([]);
  });
});

describe('shared memory is what the server says it takes', () => {
  const sizes = ['128MB', '1GB', '16GB', '64GB'].flatMap((buffers) =>
    ['20', '500', '2000'].map((sessions) => ({ shared_buffers: buffers, max_connections: sessions })),
  );
  const others = [
    { max_locks_per_transaction: '64' },
    { max_worker_processes: '64' },
    { autovacuum_worker_slots: '64', max_wal_senders: '50' },
    { max_locks_per_transaction: '1024' },
    { wal_buffers: '64MB' },
    { io_max_combine_limit: '1MB' },
    { io_max_concurrency: '1024' },
    { io_max_combine_limit: '1MB', io_max_concurrency: '1024' },
  ].map((settings) => ({ max_connections: '500', ...settings }));

  test.each([...sizes, ...others])('%j', (settings) => {
    const said = Number(server.computed('shared_memory_size', settings)) * MB;
    const computed = sharedMemoryBytes(situationWith(settings), Number(settings.max_connections));
    expect(alike(computed, said), `${computed} bytes computed, ${said} said`).toBe(true);
  });
});

/** A situation in which the settings are in force, and the defaults of what is not named. */
function situationWith(settings: Readonly<Record<string, string>>): Pick<Situation, 'number'> {
  return {
    number: (name, absent) => {
      const facts = POSTGRESQL_18.settings.get(name);
      if (facts === undefined) return absent;
      const read = parseSetting(settings[name] ?? facts.boot, facts);
      return read.ok ? toBase(Number(read.value), facts) : Number.NaN;
    },
  };
}
