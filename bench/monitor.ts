import { existsSync, readFileSync } from 'node:fs';
import { CHECKS } from '../src/monitoring/checks/index.ts';
import { withSession, type Session } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { withEmbeddedServer } from '../src/labs/embedded/server.ts';
import { readChecks } from '../src/watch/read-checks.ts';
import { execute } from './database.ts';
import type { Row } from './table.ts';

const ROUNDS = 20;
const TABLES = 300;
/** The kernel counts in hundredths of a second. */
const TICK_MS = 10;

const SCHEMA = Array.from(
  { length: TABLES },
  (_, table) =>
    `CREATE TABLE t${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, b text); CREATE INDEX ON t${table} (a);`,
).join('\n');

/** What a round of `pitstop monitor` costs the server: CPU time of its backend, all checks, after a first round. */
export async function monitorRounds(): Promise<Row[]> {
  if (!existsSync('/proc/self/stat')) return [];
  const rows: Row[] = [];
  const settings = { shared_preload_libraries: 'pg_stat_statements' };
  await withEmbeddedServer({ settings }, async ({ url }) => {
    await execute(url, 'CREATE EXTENSION pg_stat_statements');
    rows.push(await measure(url, 'a round of monitor on an empty database'));
    await execute(url, SCHEMA);
    rows.push(await measure(url, `  with ${TABLES} tables of two indexes`));
  });
  return rows;
}

async function measure(url: string, what: string): Promise<Row> {
  return withSession(parseTarget(url, {}), 'monitor', null, async (session) => {
    const round = () => readChecks(session, CHECKS, { clock: () => performance.now() });
    await round();
    const [begun, before] = [performance.now(), cpuOf(session)];
    for (let count = 0; count < ROUNDS; count += 1) await round();
    const wallMs = (performance.now() - begun) / ROUNDS;
    const value = (cpuOf(session) - before) / ROUNDS;
    return {
      what,
      value,
      unit: 'ms',
      goal: 250,
      note: `CPU time of the backend, ${CHECKS.length} checks; ${wallMs.toFixed(0)} ms of wall time`,
    };
  });
}

/** User and system time of a backend, in milliseconds; the name in the second field may hold spaces. */
function cpuOf({ backendPid }: Session): number {
  const stat = readFileSync(`/proc/${backendPid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
