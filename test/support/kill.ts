import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { CliOptions, CliResult } from './cli.ts';

/** How a program is started so that `kill-at.mjs` counts its steps, or ends it at one. */
export type Watched = Required<Pick<CliOptions, 'env' | 'nodeArgs'>>;

/** Where a program is ended: which of its steps, and how far into it. See `kill-at.mjs`. */
export interface Point {
  readonly step: string;
  readonly when: 'before' | 'torn' | 'sent';
}

const PRELOAD = fileURLToPath(new URL('kill-at.mjs', import.meta.url));

export function killedAt(folder: string, { step, when }: Point): Watched {
  return watched({ KILL_FOLDER: folder, KILL_AT: step, KILL_WHEN: when });
}

/** The names of all steps of a program that comes to its end. */
export async function stepsOf(
  folder: string,
  run: (options: Watched) => Promise<CliResult>,
): Promise<string[]> {
  const place = await mkdtemp(join(tmpdir(), 'pitstop-steps-'));
  try {
    const list = join(place, 'steps');
    const { signal } = await run(watched({ KILL_FOLDER: folder, KILL_STEPS: list }));
    expect(signal).toBeNull();
    return (await readFile(list, 'utf8')).split('\n').filter((line) => line !== '');
  } finally {
    await rm(place, { recursive: true });
  }
}

function watched(env: Readonly<Record<string, string>>): Watched {
  return { env, nodeArgs: ['--import', PRELOAD] };
}

/**
 * The points among these steps that leave something different behind. Death takes nothing back that a process has
 * written, so syncing changes nothing, and right after a step is right before the next one. What a transaction does is gone with it,
 * until it is committed. Each write of the audit log takes a lock of the same name, and each appends a line: the first
 * ones stand for all.
 */
export function pointsOf(steps: readonly string[]): Point[] {
  return steps.flatMap((step): Point[] => {
    const at = (...whens: Point['when'][]) => whens.map((when) => ({ step, when }));
    if (/^(?:sync|open|mkdir) |: BEGIN#/.test(step)) return [];
    if (/audit\.lock/.test(step)) return step.endsWith('#1') ? at('before') : [];
    if (/audit\.jsonl/.test(step) && !/#[12]$/.test(step)) return [];
    if (/^(?:writeFile|appendFile|write) /.test(step)) return at('torn');
    if (/^\w+ /.test(step)) return at('before');
    if (/: COMMIT#|CONCURRENTLY/.test(step)) return at('before', 'sent');
    // Whether the server has begun to build by the time it is asked is chance, so this is written once or twice.
    if (/SET built/.test(step)) return step.endsWith('#1') ? at('before') : [];
    return /: (?:CREATE TABLE|CREATE UNIQUE INDEX)/.test(step) ? [] : at('before');
  });
}

/** Visits points, two at a time, and names those where something was not as it should be. */
export async function atEach(
  points: readonly Point[],
  visit: (point: Point) => Promise<void>,
): Promise<void> {
  const queue = [...points];
  const failures: string[] = [];
  const work = async () => {
    for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
      const { step, when } = point;
      await visit(point).catch((error: unknown) => {
        failures.push(`${when} ${step}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
  };
  await Promise.all([work(), work()]);
  expect(failures.join('\n\n')).toBe('');
}
