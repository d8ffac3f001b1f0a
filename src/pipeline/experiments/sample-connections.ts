import { extname, resolve } from 'node:path';
import type { Observation } from '../../experiment.ts';
import { PitstopError } from '../../errors.ts';
import { readSourceFiles } from '../../files/source-files.ts';
import { readInstalledBouncer } from '../../labs/pgbouncer.ts';
import { readTlsInUse } from '../../pg/catalog/pools/tls-in-use.ts';
import { readPoolFacts } from '../../pg/pool-facts.ts';
import { SAMPLE_PLAN } from '../../pg/sample-activity.ts';
import { loadOf } from '../../pooling/load.ts';
import { serverTls } from '../../pooling/pgbouncer/tls.ts';
import type { BouncerVersion } from '../../pooling/pgbouncer/version.ts';
import type { SampledConnections } from '../../pooling/sampled.ts';
import { usesOfSource, type SessionUse } from '../../pooling/session-uses.ts';
import { SOURCE_EXTENSIONS } from '../../source/languages/index.ts';
import { findSessionUses } from '../../source/session-uses.ts';
import type { RunContext } from '../context.ts';

/** Looks at the target's sessions for a while, and at what of a session its statements and the program use. */
export async function sampleConnections(run: RunContext): Promise<Observation> {
  const { reader, control, target, series, signal, config } = run;
  const { everyMs } = SAMPLE_PLAN;
  const looks = Math.max(1, Math.min(SAMPLE_PLAN.looks, Math.floor(config.trial.budgetMs / everyMs)));
  const plan = { ...SAMPLE_PLAN, looks };
  const seen = await readPoolFacts(reader, control, target.user, plan, series.clock, signal);
  const load = loadOf(seen.activity);
  const observations: SampledConnections = {
    load,
    limits: seen.limits,
    memory: seen.memory,
    server: {
      host: target.host,
      port: target.port,
      database: target.database,
      ...serverTls({
        sslMode: target.sslMode,
        caFile: target.caFile === null ? null : resolve(target.caFile),
        ...(await readTlsInUse(reader)),
      }),
    },
    ...(await readRoles(run)),
    uses: [...seen.uses, ...(await usesInProgram(run))],
    hotStatements: seen.hotStatements,
    unseen: seen.unseen,
    bouncer: await installed(run),
  };
  const busy = load.seenBusy === null ? 'not visible' : `${load.seenBusy.most} busy at once at most`;
  const rate =
    load.transactionsPerSecond === null
      ? ''
      : `, ${load.transactionsPerSecond.toFixed(1)} transactions a second`;
  const message = `${load.looks} looks in ${Math.round(load.seconds)} s: ${busy}${rate}`;
  return { accepted: true, reason: { code: 'sampled', message }, observations, where: 'the target' };
}

async function readRoles({ reader }: RunContext): Promise<Pick<SampledConnections, 'roles' | 'existing'>> {
  const [row] = await reader.query<{ roles: number; role: boolean; schema: boolean }>(
    `SELECT greatest(1, count(DISTINCT usename))::int AS roles,
            EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgbouncer_auth') AS role,
            to_regnamespace('pgbouncer') IS NOT NULL AS schema
       FROM pg_stat_activity
      WHERE datname = current_database() AND backend_type = 'client backend' AND application_name NOT LIKE 'pitstop %'`,
  );
  return {
    roles: row?.roles ?? 1,
    existing: { role: row?.role ?? false, schema: row?.schema ?? false },
  };
}

const MOST_FILES = 2_000;

/** What the program in the repository does with its sessions. */
async function usesInProgram({ root, signal }: RunContext): Promise<SessionUse[]> {
  const uses: SessionUse[] = [];
  for await (const { path, text } of readSourceFiles(root, SOURCE_EXTENSIONS, MOST_FILES, signal))
    uses.push(...usesOfSource(path, findSessionUses(text, extname(path))));
  return uses;
}

async function installed({ processEnv, signal }: RunContext): Promise<BouncerVersion | null> {
  try {
    return await readInstalledBouncer({ searchPath: processEnv['PATH'], signal });
  } catch (error) {
    if (error instanceof PitstopError && error.code === 'program-not-found') return null;
    throw error;
  }
}
