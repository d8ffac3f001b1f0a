import { expect, test as base } from 'vitest';
import { asProposed, createIndexStep } from '../../src/change.ts';
import { DEFAULT_DATA_LIMITS, type Contents } from '../../src/labs/sandbox/fill.ts';
import { withSandboxLab, type SandboxLab } from '../../src/labs/sandbox/lab.ts';
import { withSandboxServer } from '../../src/labs/sandbox/server.ts';
import { DEFAULT_LIMITS } from '../../src/labs/limits.ts';
import { DEFAULT_THRESHOLD } from '../../src/measure/judge.ts';
import { DEFAULT_SAMPLING } from '../../src/measure/sampling.ts';
import { seededRandom } from '../../src/measure/statistics.ts';
import { readRelations } from '../../src/pg/catalog/relations.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { relationReferences } from '../../src/advisor/references.ts';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import type { TestDatabase } from '../support/database.ts';

const test = base.extend<{ app: TestDatabase }>(appFixture);

const SETTINGS = {
  limits: DEFAULT_LIMITS,
  threshold: DEFAULT_THRESHOLD,
  series: {
    plan: { ...DEFAULT_SAMPLING, budgetMs: 2_000 },
    random: seededRandom(18),
    clock: () => performance.now(),
    signal: new AbortController().signal,
  },
};
const PROBE = { sql: SLOW_QUERY, parameterSets: [[]] };
const MEANING = { deterministic: true, ordersTotally: false };

async function inLab(
  app: TestDatabase,
  data: Partial<Contents['data']>,
  use: (lab: SandboxLab) => Promise<void>,
): Promise<void> {
  await loadParser();
  const target = parseTarget(app.url, {});
  const statements = parseStatements(SLOW_QUERY).map(({ tree }) => tree);
  await withSession(target, 'reader', null, async (reader) => {
    const found = await readRelations(reader, statements.flatMap(relationReferences));
    const relations = found.map(({ relation }) => relation.oid);
    const contents = { relations, statements, triggers: false, data: { ...DEFAULT_DATA_LIMITS, ...data } };
    await withSandboxServer('clone', target, (server) =>
      withSandboxLab(server, reader, contents, SETTINGS, use),
    );
  });
}

test('a concurrent build and a VACUUM are tried as the target would get them, and the target keeps what it has', async ({
  app,
}) => {
  const before = await app.query(`SELECT oid FROM pg_class WHERE relnamespace = 'app'::regnamespace`);
  await inLab(app, {}, async (lab) => {
    expect(lab.filled.sampled).toBe(false);
    const index = {
      schema: 'app',
      table: 'orders',
      name: 'orders_customer_id_idx',
      keys: [{ column: 'customer_id', descending: false, nullsFirst: false }],
    };
    const change = { summary: 'an index', steps: [createIndexStep(index)] };
    const proposal = { id: 'index', change, reason: 'test', probe: PROBE, estimatedGainMs: 1 };
    expect(lab.unhosted(proposal)).toBeNull();
    const baseline = await lab.baseline(PROBE);
    expect(baseline.measurement.where).toBe('clone');
    const trial = await lab.trial(proposal, PROBE, MEANING);
    expect(trial).toMatchObject({
      state: 'measured',
      accepted: true,
      rows: 'same',
      rowCounts: baseline.rowCounts,
    });
    if (trial.state !== 'measured') return;
    expect(trial.sizeBytes).toBeGreaterThan(500_000);
    expect(trial.after.sharedBlocks).toBeLessThan((trial.before.sharedBlocks ?? 0) / 10);

    // The next trial begins without the index of the last one.
    const vacuum = await lab.trial(asProposed('VACUUM (FULL) app.orders', PROBE), PROBE, MEANING);
    expect(vacuum).toMatchObject({ state: 'measured', accepted: false });
    const broken = await lab.trial(
      asProposed('CREATE INDEX CONCURRENTLY ON app.orders (nothing)', PROBE),
      PROBE,
      MEANING,
    );
    expect(broken).toMatchObject({ state: 'impossible', reason: { code: 'build-failed' } });
  });
  expect(await app.query(`SELECT oid FROM pg_class WHERE relnamespace = 'app'::regnamespace`)).toEqual(
    before,
  );
});

test('a sample measures nothing', async ({ app }) => {
  await inLab(app, { maxRows: 1000 }, async (lab) => {
    expect(lab.filled.sampled).toBe(true);
    expect(lab.unhosted(asProposed('VACUUM app.orders', PROBE))).toMatchObject({ code: 'sampled' });
  });
});
