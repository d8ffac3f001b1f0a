import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTuningServer } from '../../src/pg/catalog/tuning-server.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { conf } from '../../src/tuning/forms/conf.ts';
import { parseSetting } from '../../src/tuning/parse-setting.ts';
import { recommend } from '../../src/tuning/recommend.ts';
import type { TuningServer } from '../../src/tuning/server.ts';
import { GB } from '../../src/tuning/units.ts';
import { runCli } from '../support/cli.ts';
import { olderServers, withOlderServer, type OlderServer } from '../support/older-server.ts';
import { profiles, SERVER } from '../support/profiles.ts';
import { connect } from '../support/sessions.ts';
import { createWorkspace } from '../support/workspace.ts';

const STARTED = 3;
/** What this machine holds: a server touches no page of shared memory before it is used. */
const LARGEST_STARTED = 8 * GB;

const read = (url: string): Promise<TuningServer> =>
  withSession(parseTarget(url, {}), 'control', null, readTuningServer);

async function describedBy(server: OlderServer): Promise<TuningServer> {
  const seen: TuningServer[] = [];
  await withOlderServer(server, {}, async (url) => {
    seen.push(await read(url));
  });
  return seen[0]!;
}

describe.each(olderServers().map((server) => [server.major, server] as const))(
  'PostgreSQL %d',
  (major, server) => {
    test('for any machine only what it has, with values that it takes, in memory that there is', async () => {
      const described = await describedBy(server);
      const wrong = fc.check(
        fc.property(profiles(1_024 * GB), (profile) => {
          const { settings, memory } = recommend(profile, described);
          expect(memory.expectedBytes).toBeLessThanOrEqual(memory.mostExpectedBytes);
          expect(memory.stressBytes).toBeLessThanOrEqual(memory.mostStressBytes);
          for (const { name, value } of settings) {
            const facts = described.settings.get(name);
            expect(facts, `${name} is not in ${major}`).toBeDefined();
            expect(parseSetting(value, facts!), `${name} = ${value}`).toMatchObject({ ok: true });
          }
        }),
        { numRuns: 200 },
      );
      expect(wrong.failed, fc.defaultReportMessage(wrong)).toBe(false);
    });

    test('it starts with the whole file, has what it says, and is recommended nothing more', async () => {
      const described = await describedBy(server);
      for (const profile of fc.sample(profiles(LARGEST_STARTED), { numRuns: STARTED, seed: major })) {
        const document = {
          profile,
          server: described,
          recommendation: recommend(profile, described),
          measured: new Map(),
        };
        await withOlderServer(
          server,
          {},
          async (url) => {
            const session = await connect({ url });
            const errors = await session.query(
              `SELECT name, error FROM pg_file_settings WHERE error IS NOT NULL`,
            );
            expect(errors.rows).toEqual([]);
            const live = await read(url);
            for (const { name, value } of document.recommendation.settings) {
              const facts = live.settings.get(name)!;
              const parsed = parseSetting(value, facts);
              expect(`${name} ${facts.value}`).toBe(`${name} ${parsed.ok ? parsed.value : value}`);
            }
            expect(recommend(profile, live).settings.map(({ name }) => name)).toEqual([]);
            await session.end();
          },
          [conf.write(document)],
        );
        await withOlderServer(
          server,
          {},
          async (url) => {
            const live = await read(url);
            for (const { name } of document.recommendation.settings)
              expect(`${name} ${live.settings.get(name)?.value}`).toBe(
                `${name} ${described.settings.get(name)?.value}`,
              );
          },
          [conf.write(document), conf.reverse(document)],
        );
      }
    });

    test('what initdb writes is no choice of anybody’s', async () => {
      const described = await describedBy(server);
      const { settings } = recommend({ ...SERVER, memoryBytes: 4 * GB }, described);
      const { why, old } = settings.find(({ name }) => name === 'shared_buffers')!;
      expect({ why, old }).toEqual({ why: 'a quarter of 4 GB', old: '128MB' });
    });

    test('pitstop tune says what it is for and on what it was tried', async () => {
      await withOlderServer(server, {}, async (url) => {
        const { path } = await createWorkspace();
        const options = ['--hardware', '1 GB RAM, 2 cores, SSD, 20 connections, web', '--no-probe'];
        const tuned = await runCli(
          ['tune', '--no-measure', '--database-url', url, '--output', 'tuned.conf', '--json', ...options],
          { cwd: path },
        );
        expect(tuned.code).toBe(0);
        const told = JSON.parse(tuned.stdout) as {
          text: string;
          settings: readonly { name: string }[];
          notes: readonly { text: string }[];
          start: { refused: readonly { name: string }[] };
        };
        expect(told.text).toMatch(new RegExp(`^# PostgreSQL ${major} with 1 GB`));
        expect(told.text).toContain('what was started or measured for it ran on PostgreSQL 18.');
        // A build may know ways to compress that the embedded one does not: those stay.
        const refused = told.start.refused.map(({ name }) => name);
        expect(refused.filter((name) => name !== 'wal_compression')).toEqual([]);
        expect(told.settings.map(({ name }) => name)).toContain('wal_compression');
        const notes = told.notes.map(({ text }) => text).join('\n');
        expect(notes).toContain(`those of this server, PostgreSQL ${major}; what was started`);
        expect(notes).toMatch(new RegExp(`PostgreSQL ${major} does not have .*io_workers`));
        const statements = await runCli(
          ['tune', '--statements', 'pg_stat_statements top 3', '--database-url', url, '--json', ...options],
          { cwd: path },
        );
        expect(statements.code).toBe(5);
        expect(statements.stdout).toContain('server-version-unsupported');
        const newer = await runCli(
          ['tune', '--setting', 'io_workers', '--database-url', url, '--json', ...options],
          { cwd: path },
        );
        expect(newer.code).toBe(2);
        expect(newer.stdout).toContain(`PostgreSQL ${major} does not have it, a later version does`);
      });
    });
  },
);
