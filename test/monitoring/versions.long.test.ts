import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../src/monitoring/checks/index.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { readChecks } from '../../src/watch/read-checks.ts';
import { runCli } from '../support/cli.ts';
import { olderServers, withOlderServer } from '../support/older-server.ts';
import { createWorkspace } from '../support/workspace.ts';

const servers = olderServers();
if (servers.length === 0)
  process.stderr.write('no PostgreSQL 14 to 17 is installed: its tests are skipped\n');

describe.each(servers.map((server) => [server.major, server] as const))('PostgreSQL %d', (major, server) => {
  test('answers every check that it is new enough for, and the command', async () => {
    await withOlderServer(server, {}, async (url) => {
      const { readings } = await withSession(parseTarget(url, {}), 'monitor', null, (session) =>
        readChecks(session, CHECKS, () => performance.now()),
      );
      const surprises = readings.flatMap((reading) => {
        const { check, state } = reading;
        const oldest = check.sql[0]?.from ?? 0;
        const expected =
          oldest > major
            ? ['not-available']
            : check.needs?.extension !== undefined
              ? ['read', 'not-visible']
              : check.needs?.server === 'standby'
                ? ['not-applicable']
                : ['read'];
        return expected.includes(state)
          ? []
          : [`${check.name}: ${'message' in reading ? reading.message : state}`];
      });
      expect(surprises).toEqual([]);
      const { path } = await createWorkspace();
      const { code, stdout } = await runCli(
        ['monitor', '--json', '--fail-on', 'nothing', '--database-url', url],
        { cwd: path },
      );
      expect({ code, round: JSON.parse(stdout) as unknown }).toMatchObject({ code: 0, round: { up: true } });
    });
  });
});
