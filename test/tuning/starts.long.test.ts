import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TUNING_FORMS } from '../../src/tuning/forms/index.ts';
import { GB } from '../../src/tuning/units.ts';
import { createConfiguredServer, type ConfiguredServer } from '../support/configured-server.ts';
import { profiles } from '../support/profiles.ts';
import { AS_RECOMMENDED, documentFor, startTuned } from '../support/tuned.ts';

let server: ConfiguredServer;

beforeAll(async () => {
  server = await createConfiguredServer();
});
afterAll(() => server.remove());

const MACHINES = fc.sample(profiles(4 * GB), 20);

test.each(MACHINES)(
  'a real server starts with the whole file for $memoryBytes bytes, $workload',
  async (profile) => {
    expect(await startTuned(server, profile)).toEqual(AS_RECOMMENDED);
  },
);

test('ALTER SYSTEM and its reverse run, and leave what was there', async () => {
  const document = documentFor(MACHINES[0]!);
  const form = TUNING_FORMS.find(({ name }) => name === 'alter-system')!;
  await server.startedWith([], async (client) => {
    const settings = async () =>
      (
        await client.query('SELECT name, setting FROM pg_file_settings WHERE sourcefile LIKE $1', [
          '%auto.conf',
        ])
      ).rows;
    for (const statement of statementsOf(form.write(document))) await client.query(statement);
    expect((await settings()).length).toBe(document.recommendation.settings.length);
    for (const statement of statementsOf(form.reverse(document))) await client.query(statement);
    expect(await settings()).toEqual([]);
  });
});

/** One a line, comments apart. */
function statementsOf(script: string): readonly string[] {
  return script.split('\n').filter((line) => line !== '' && !line.startsWith('--'));
}
