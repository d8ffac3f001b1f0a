import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { CLI } from './cli.ts';
import { interleave } from './interleave.ts';
import type { Row } from './table.ts';

const KINDS: readonly ((n: number) => string)[] = [
  (n) => `ALTER TABLE orders_${n} ADD COLUMN note text`,
  (n) => `CREATE INDEX CONCURRENTLY orders_${n}_idx ON orders (customer_id)`,
  (n) => `UPDATE orders SET total = ${n} WHERE id = ${n}`,
  (n) => `SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = ${n}`,
  (n) => `ALTER TABLE orders ADD CONSTRAINT f_${n} FOREIGN KEY (customer_id) REFERENCES customers NOT VALID`,
  (n) => `CREATE TABLE new_${n} (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers)`,
  (n) => `INSERT INTO orders VALUES (${n}, 'open')`,
];

/** How long `pitstop check` takes for a file of 5,000 statements: whole processes, wall time. */
export function check(): Row[] {
  const sql = Array.from({ length: 5_000 }, (_, n) => `${KINDS[n % KINDS.length]?.(n) ?? ''};\n`).join('');
  const { a, b } = interleave(
    5,
    () => wallOf('SELECT 1'),
    () => wallOf(sql),
  );
  return [
    {
      what: 'pitstop check, 5,000 statements',
      value: b.medianMs,
      unit: 'ms',
      goal: 2_000,
      note: `${b.spread}; one statement ${a.spread}, wall time`,
    },
  ];
}

function wallOf(input: string): number {
  const args = [CLI, 'check', '-', '--json', '--environment', 'development'];
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status !== 0 && status !== 4) throw new Error(`pitstop check ended with ${status}: ${stderr}`);
  return performance.now() - started;
}
