import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { CLI } from './cli.ts';
import { interleave } from './interleave.ts';
import type { Row } from './table.ts';

/** How long `pitstop --help` takes beside a Node that does nothing: whole processes, wall time. */
export function startUp(): Row[] {
  const { a, b, ratio } = interleave(
    15,
    () => wallOf(['-e', '0']),
    () => wallOf([CLI, '--help']),
  );
  return [
    {
      what: 'pitstop --help / node -e 0',
      value: ratio,
      unit: '',
      goal: 3,
      note: `${b.spread} / ${a.spread}, wall time`,
    },
  ];
}

function wallOf(args: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - started;
}
