import { execFile } from 'node:child_process';

export interface ProgramResult {
  readonly code: number;
  readonly output: string;
}

/** Runs a program that only tells something, without a shell; null where it is not there or does not answer. */
export async function askProgram(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<ProgramResult | null> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: 10_000, maxBuffer: 1024 * 1024 } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error === null) resolve({ code: 0, output });
      else resolve(typeof error.code === 'number' ? { code: error.code, output } : null);
    });
    child.stdin?.end();
  });
}
