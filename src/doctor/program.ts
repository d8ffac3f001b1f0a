import { PitstopError } from '../errors.ts';
import type { Program } from '../external/programs.ts';
import { runProgram } from '../external/run-program.ts';
import type { Place } from './check.ts';

interface ProgramAnswer {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly output: string;
}

const ANSWERS_WITHIN_MS = 10_000;
const MOST_OUTPUT_BYTES = 1024 * 1024;

/** Runs a program that only tells something; null where it is not there or does not answer. */
export async function askProgram(
  program: Program,
  args: readonly string[],
  { root, env }: Pick<Place, 'root' | 'env'>,
): Promise<ProgramAnswer | null> {
  try {
    const { code, stdout, stderr } = await runProgram({
      program,
      args,
      cwd: root,
      root,
      env,
      timeoutMs: ANSWERS_WITHIN_MS,
      maxOutputBytes: MOST_OUTPUT_BYTES,
      signal: new AbortController().signal,
    });
    return { code, output: `${stdout}${stderr}`.trim() };
  } catch (error) {
    if (error instanceof PitstopError) return null;
    throw error;
  }
}
