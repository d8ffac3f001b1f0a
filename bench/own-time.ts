import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Client } from 'pg';
import { withEmbeddedServer, type EmbeddedServer } from '../src/labs/embedded/server.ts';
import { APP, SLOW_ITEMS } from './app.ts';
import { CLI } from './cli.ts';
import { seriesOf } from './interleave.ts';
import type { Row } from './table.ts';

const RUNS = 5;
const TASK_FILE = 'tasks/tasks-0001-database-performance.md';

/**
 * What of a run is not the database's work. The server itself says how long it worked for a database
 * (`pg_stat_database.active_time`), so nothing in the program has to measure itself; the rest of the wall time of the
 * process counts as ours, starting Node and waiting for the network included.
 */
export async function ownTime(): Promise<Row[]> {
  return withEmbeddedServer({}, async (server) => {
    await execute(server.url, [`CREATE DATABASE app`]);
    await execute(server.urlOf('app'), [APP, 'VACUUM (ANALYZE) app.orders, app.lines']);
    const runs: { readonly wallMs: number; readonly databaseMs: number }[] = [];
    for (let run = 0; run <= RUNS; run += 1) runs.push(await oneRun(server, `run_${run}`));
    const kept = runs.slice(1);
    const own = kept.map(({ wallMs, databaseMs }) => wallMs - databaseMs);
    const share = seriesOf(kept.map(({ wallMs, databaseMs }) => (100 * (wallMs - databaseMs)) / wallMs));
    const wall = seriesOf(kept.map(({ wallMs }) => wallMs));
    return [
      {
        what: 'pitstop run: own time / wall time',
        value: share.medianMs,
        unit: '%',
        goal: 10,
        note: `${seriesOf(own).spread} of ${wall.spread}; ${SLOW_ITEMS.length} items`,
      },
    ];
  });
}

/** Runs the same task file on a fresh copy of the database. */
async function oneRun(server: EmbeddedServer, database: string) {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-bench-'));
  try {
    await execute(server.url, [`CREATE DATABASE ${database} TEMPLATE app STRATEGY FILE_COPY`]);
    await mkdir(join(folder, 'tasks'));
    await mkdir(join(folder, '.git'));
    await writeFile(join(folder, TASK_FILE), `# Tasks\n\n${SLOW_ITEMS.join('\n')}`);
    const args = [CLI, 'run', TASK_FILE, '--quiet', '--environment', 'development'];
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, DATABASE_URL: server.urlOf(database) },
    });
    const wallMs = performance.now() - started;
    if (status !== 0) throw new Error(`the run ended with ${status}:\n${stdout}${stderr}`);
    return { wallMs, databaseMs: await databaseTime(server, database) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sessions report what they did when they end, so theirs is complete once they are gone. */
async function databaseTime(server: EmbeddedServer, database: string): Promise<number> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ activeMs: number; sessions: number }>(
        `SELECT active_time AS "activeMs",
                (SELECT count(*)::int FROM pg_stat_activity a WHERE a.datid = d.datid) AS sessions
           FROM pg_stat_database d WHERE datname = $1`,
        [database],
      );
      const [row] = rows;
      if (row === undefined) throw new Error(`there is no database ${database}`);
      if (row.sessions === 0) return row.activeMs;
    }
  } finally {
    await client.end();
  }
}

async function execute(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
