import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { withEmbeddedServer, type EmbeddedServer } from '../src/labs/embedded/server.ts';
import { APP, SLOW_ITEMS } from './app.ts';
import { CLI } from './cli.ts';
import { execute, readDatabaseTime } from './database.ts';
import { seriesOf } from './interleave.ts';
import type { Row } from './table.ts';

const RUNS = 3;
const TASK_FILE = 'tasks/tasks-0001-database-performance.md';
const PRELOAD = new URL('report-usage.mjs', import.meta.url);

interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly databaseMs: number;
}

/**
 * What of a run is not the database's work, from outside: the CPU time of the process, and what is left of its wall
 * time after the server's own account of how long it worked. The rest counts as ours: starting Node, files, network,
 * and whatever else this machine does meanwhile.
 */
export async function ownTime(): Promise<Row[]> {
  return withEmbeddedServer({}, async (server) => {
    await execute(server.url, 'CREATE DATABASE app');
    await execute(server.urlOf('app'), APP);
    // On a connection of its own: the counters of the rows above are in by now, and count as analysed.
    await execute(server.urlOf('app'), 'VACUUM (ANALYZE) app.orders, app.lines');
    const runs: Run[] = [];
    for (let run = 1; run <= RUNS; run += 1) runs.push(await oneRun(server, `run_${run}`));
    return [
      rowOf('pitstop run: own CPU time / wall time', runs, ({ cpuMs }) => cpuMs, 10),
      rowOf('  wall time without the server’s / wall time', runs, restOf, null),
    ];
  });
}

function restOf({ wallMs, databaseMs }: Run): number {
  return wallMs - databaseMs;
}

function rowOf(what: string, runs: readonly Run[], own: (run: Run) => number, goal: number | null): Row {
  const [part, whole] = [seriesOf(runs.map(own)), seriesOf(runs.map(({ wallMs }) => wallMs))];
  return {
    what,
    value: seriesOf(runs.map((run) => (100 * own(run)) / run.wallMs)).medianMs,
    unit: '%',
    goal,
    note: `${part.spread} of ${whole.spread}; ${SLOW_ITEMS.length} items`,
  };
}

/** Runs the same task file on a fresh copy of the database. */
async function oneRun(server: EmbeddedServer, database: string): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-bench-'));
  const usageFile = join(folder, 'usage');
  try {
    await execute(server.url, `CREATE DATABASE ${database} TEMPLATE app STRATEGY FILE_COPY`);
    for (const name of ['tasks', '.git']) await mkdir(join(folder, name));
    await writeFile(join(folder, TASK_FILE), `# Tasks\n\n${SLOW_ITEMS.join('\n')}`);
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', PRELOAD.href, CLI, 'run', TASK_FILE, '--quiet', '--environment', 'development'],
      {
        cwd: folder,
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          DATABASE_URL: server.urlOf(database),
          BENCH_USAGE_FILE: usageFile,
        },
      },
    );
    const wallMs = performance.now() - started;
    if (status !== 0) throw new Error(`the run ended with ${status}:\n${stdout}${stderr}`);
    const databaseMs = await readDatabaseTime(server.url, database);
    return { wallMs, cpuMs: Number(await readFile(usageFile, 'utf8')), databaseMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
