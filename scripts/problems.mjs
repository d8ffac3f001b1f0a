// Runs the planted problems and prints a table of how they ended: `node scripts/problems.mjs [--plant] [name…]`.
// With --plant only the problems and their references are looked at. Build before.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const folder = mkdtempSync(join(tmpdir(), 'pitstop-problems-'));
const path = join(folder, 'table.jsonl');
const { status } = spawnSync('npx', ['vitest', 'run', 'test/problems'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    PITSTOP_TESTS: 'all',
    PITSTOP_PROBLEMS_TABLE: path,
    ...(names.length > 0 ? { PITSTOP_PROBLEMS: names.join(',') } : {}),
    ...(process.argv.includes('--plant') ? { PITSTOP_PROBLEMS_PLANT: '1' } : {}),
  },
});
const rows = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(JSON.parse) : [];
rmSync(folder, { recursive: true });

const HEAD = [
  'problem',
  'ended',
  'answer',
  'reason',
  'rows',
  'before ms',
  'after ms',
  'reference ms',
  'gain',
  'reference',
  'plant s',
  'run s',
  '',
];
const lines = rows
  .toSorted((a, b) => `${a.sort} ${a.problem}`.localeCompare(`${b.sort} ${b.problem}`))
  .map((row) => [
    row.problem,
    row.outcome ?? '',
    row.kind ?? '',
    row.reason ?? '',
    row.rows ?? '',
    fixed(row.beforeMs, 2),
    fixed(row.afterMs, 2),
    fixed(row.referenceMs, 2),
    percent(row.gain),
    percent(row.referenceGain),
    fixed(row.plantSeconds, 1),
    fixed(row.seconds, 1),
    row.failures.length === 0 ? '' : 'WRONG',
  ]);
const widths = HEAD.map((head, at) => Math.max(head.length, ...lines.map((line) => line[at].length)));
for (const line of [HEAD, ...lines])
  console.log(
    line
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd(),
  );
for (const row of rows) for (const failure of row.failures) console.log(`${row.problem}: ${failure}`);
const seconds = rows
  .map((row) => row.seconds)
  .filter((value) => value !== null)
  .toSorted((a, b) => a - b);
if (seconds.length > 0)
  console.log(`${seconds.length} runs, median ${fixed(seconds[seconds.length >> 1], 1)} s`);
process.exitCode = status ?? 1;

function fixed(value, digits) {
  return value === null ? '' : value.toFixed(digits);
}

function percent(share) {
  return share === null ? '' : `${(share * 100).toFixed(1)} %`;
}
