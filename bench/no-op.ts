import { withEmbeddedServer } from '../src/labs/embedded/server.ts';
import { DEFAULT_LIMITS } from '../src/labs/limits.ts';
import { transactionLab } from '../src/labs/transaction.ts';
import { DEFAULT_THRESHOLD } from '../src/measure/judge.ts';
import { DEFAULT_SAMPLING } from '../src/measure/sampling.ts';
import { seededRandom } from '../src/measure/statistics.ts';
import { withSession } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { loadParser } from '../src/sql/parse.ts';
import { execute } from './database.ts';
import type { Row } from './table.ts';

const PROPOSALS = 200;
/** Of a hundred changes that do nothing at most one may pass for a gain. */
const MOST_ACCEPTED = 1;

const TABLE = `
  CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, b text NOT NULL);
  INSERT INTO t SELECT n, hashint4(n) % 1000, md5(n::text) FROM generate_series(1, 40000) n;`;
/** From a tenth of a millisecond to some: what takes longer is less noisy. */
const STATEMENTS = [
  'SELECT count(*) FROM t WHERE a = 7',
  'SELECT b FROM t WHERE id BETWEEN 100 AND 600 ORDER BY b',
  'SELECT a, count(*) FROM t WHERE id < 8000 GROUP BY a',
  'SELECT * FROM t WHERE id = 4711',
];

/**
 * Changes that change nothing, through the very trial and judgement that real ones go through: a setting is given the
 * value that it has. Whatever passes for a gain is an error of the first kind.
 */
export async function noOps(): Promise<Row[]> {
  await loadParser();
  return withEmbeddedServer({}, async (server) => {
    await execute(server.url, TABLE);
    await execute(server.url, 'VACUUM (ANALYZE) t');
    const target = parseTarget(server.url, {});
    const accepted = await withSession(target, 'bench', null, (builder) =>
      withSession(target, 'bench', null, async (reader) => {
        const [row] = await reader.query<{ memory: string }>(`SELECT current_setting('work_mem') AS memory`);
        const lab = transactionLab(
          'transaction',
          { builder, reader },
          {
            limits: DEFAULT_LIMITS,
            threshold: DEFAULT_THRESHOLD,
            where: 'target',
            series: {
              plan: DEFAULT_SAMPLING,
              random: seededRandom(18),
              clock: () => performance.now(),
              signal: new AbortController().signal,
            },
          },
        );
        let count = 0;
        for (let at = 0; at < PROPOSALS; at += 1) {
          const probe = { sql: STATEMENTS[at % STATEMENTS.length] ?? '', parameterSets: [[]] };
          const session = { work_mem: row?.memory ?? '4MB' };
          const trial = await lab.trial(
            {
              id: `no-op ${at}`,
              change: { summary: 'the setting that it has', steps: [], session },
              reason: 'nothing',
              probe,
              estimatedGainMs: 0,
            },
            probe,
            { deterministic: true, ordersTotally: false },
          );
          if (trial.state !== 'measured') throw new Error(`not measured: ${trial.reason.message}`);
          if (trial.accepted) count += 1;
        }
        return count;
      }),
    );
    return [
      {
        what: 'changes that change nothing, accepted',
        value: (100 * accepted) / PROPOSALS,
        unit: '%',
        goal: MOST_ACCEPTED,
        note: `${accepted} of ${PROPOSALS}, ${STATEMENTS.length} statements`,
      },
    ];
  });
}
