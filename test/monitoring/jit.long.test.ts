import { describe, expect, test } from 'vitest';
import { jitShare } from '../../src/monitoring/checks/jit-share.ts';
import { about, look } from '../support/monitoring.ts';
import { olderServers, withOlderServer } from '../support/older-server.ts';
import { connect } from '../support/sessions.ts';

/** The embedded server has no provider; those of distributions do. */
const servers = olderServers().filter(({ major }) => major >= 15);

describe.each(servers.map((server) => [server.major, server] as const))('PostgreSQL %d', (_, older) => {
  test('short statements that are compiled at each call, and the same without', async ({ skip }) => {
    await withOlderServer(older, { shared_preload_libraries: 'pg_stat_statements' }, async (url) => {
      const session = await connect({ url });
      try {
        const { rows } = await session.query<{ available: boolean }>(
          'SELECT pg_jit_available() AS available',
        );
        skip(rows[0]?.available !== true, 'no provider of JIT is installed');
        await session.query(
          `CREATE EXTENSION pg_stat_statements; CREATE TABLE t AS SELECT n AS a, n AS b FROM generate_series(1, 100) n;
           SET jit_above_cost = 0; SET jit_inline_above_cost = 0; SET jit_optimize_above_cost = 0`,
        );
        const calls = async () => {
          for (let left = 10; left > 0; left--)
            await session.query('SELECT sum(a + b * 2), avg(a) FROM t WHERE a > 5 AND b < 90 GROUP BY a % 7');
        };
        await calls();
        const compiled = about(await look(url, jitShare, { meanwhile: calls }), 'postgres');
        expect(compiled).toMatchObject({ level: 'critical', unit: 'percent' });
        expect(compiled.message).toMatch(
          /^[\d,]+ of [\d,]+ ms of compiled statements in 1 minute went into compiling \([\d.]+ %\); most of it for SELECT sum\(a \+ b \* \$1\)/,
        );
        await session.query('SET jit = off');
        expect(await look(url, jitShare, { meanwhile: calls })).toMatchObject({ level: 'ok' });
      } finally {
        await session.end();
      }
    });
  });
});
