import { runCli, type CliOptions, type CliResult } from './cli.ts';
import { TASK_FILE } from './task-file.ts';

/** What a run ends with. */
export interface Finished {
  readonly exitCode: number;
  readonly items: readonly FinishedItem[];
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
}

interface FinishedItem extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly marker: string;
  readonly outcome: string | null;
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly migrations: readonly string[];
  readonly speedup: { readonly ci95: readonly number[] } | null;
  readonly request: string | null;
  readonly evidence: string | null;
}

/** `pitstop run` on the usual task file, as JSON, against a development database. */
export function run(cwd: string, url: string, ...args: readonly string[]): Promise<CliResult> {
  return runWith({ cwd }, url, ...args);
}

export function runWith(options: CliOptions, url: string, ...args: readonly string[]): Promise<CliResult> {
  return runCli(
    ['run', TASK_FILE, '--json', '--database-url', url, '--environment', 'development', ...args],
    options,
  );
}

export function finished(result: Pick<CliResult, 'events'>): Finished {
  return result.events.at(-1) as unknown as Finished;
}
