import { appendFile } from 'node:fs/promises';
import process from 'node:process';
import type { Answer } from './answer.ts';
import { savedShare } from './judge.ts';
import type { Measured } from './measure.ts';
import type { Problem } from './problem.ts';

interface Row {
  readonly problem: Problem;
  readonly before: Measured;
  readonly reference: Measured | null;
  readonly plantSeconds: number;
  readonly answer: Answer | null;
  readonly after: Measured | null;
  readonly failures: readonly string[];
}

/** Adds a line of JSON to the file that `PITSTOP_PROBLEMS_TABLE` names; `scripts/problems.mjs` makes a table of them. */
export async function writeRow(row: Row): Promise<void> {
  const path = process.env['PITSTOP_PROBLEMS_TABLE'];
  if (path === undefined) return;
  const { problem, before, reference, plantSeconds, answer, after, failures } = row;
  const line = {
    problem: problem.name,
    sort: problem.sort,
    outcome: answer?.outcome ?? null,
    kind: answer?.kind ?? null,
    reason: answer?.reason?.code ?? null,
    rows: answer?.rows ?? null,
    beforeMs: before.medianMs,
    afterMs: after?.medianMs ?? null,
    referenceMs: reference?.medianMs ?? null,
    gain: after === null ? null : savedShare(before, after),
    referenceGain: reference === null ? null : savedShare(before, reference),
    plantSeconds,
    seconds: answer?.seconds ?? null,
    rewrite: answer?.rewrite ?? null,
    migrations: answer?.migrations ?? null,
    failures,
  };
  await appendFile(path, `${JSON.stringify(line)}\n`);
}
