import { PitstopError } from '../errors.ts';
import { runProgram, type ProgramResult } from '../external/run-program.ts';
import { readCounts } from './runners/index.ts';
import { testReport, type TestReport } from './report.ts';

/** Room for the JSON of some ten thousand tests. */
const MAX_OUTPUT_BYTES = 32 * 1024 ** 2;

export interface ProjectTests {
  /** `tests` of the configuration. */
  readonly command: readonly [string, ...string[]];
  readonly timeoutMs: number;
  /** Root of the repository, where the command runs. Absolute. */
  readonly root: string;
  /** The process's environment; it is passed on as it is. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Runs the user's tests. That they fail, or do not end, is a result; that they cannot be started is an error. */
export async function runProjectTests(tests: ProjectTests): Promise<TestReport> {
  const { command, timeoutMs, root, env, signal } = tests;
  const [program, ...args] = command;
  const shown = command.map(quoted).join(' ');
  const result = await runProgram({
    program: { configured: program },
    args,
    cwd: root,
    root,
    env,
    timeoutMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    signal,
  }).catch(nullAtTimeout);
  if (result === null)
    return testReport({ command: shown, code: null, signal: null, timedOut: true, counts: null });
  const counts = readCounts(`${result.stdout}\n${result.stderr}`);
  return testReport({ command: shown, code: result.code, signal: result.signal, timedOut: false, counts });
}

function nullAtTimeout(error: unknown): ProgramResult | null {
  if (error instanceof PitstopError && error.code === 'program-timeout') return null;
  throw error;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
