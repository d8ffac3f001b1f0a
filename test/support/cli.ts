import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface CliOptions {
  readonly cwd: string;
  /** Added to an environment that has nothing but a path and a home of its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** For standard input, which is otherwise empty. */
  readonly input?: string;
  /** Asked for every line that is printed; the first signal it returns is sent. */
  readonly killAfter?: (line: string, stream: 'stdout' | 'stderr') => NodeJS.Signals | undefined;
}

export interface CliResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of standard output that are JSON objects with a `type`. */
  readonly events: readonly CliEvent[];
}

type CliEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Runs the built command as users do: another process, no terminal, nothing inherited. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  if (!existsSync(CLI)) throw new Error('dist/cli.js is missing: npm run build');
  const { cwd, env = {}, input = '', killAfter } = options;
  const home = await mkdtemp(join(tmpdir(), 'pitstop-home-'));
  try {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1', ...env },
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        const unseen = output[stream].lastIndexOf('\n') + 1;
        output[stream] += text;
        const lines = output[stream].slice(unseen).split('\n').slice(0, -1);
        const signal = child.killed
          ? undefined
          : lines.map((line) => killAfter?.(line, stream)).find(Boolean);
        if (signal !== undefined) child.kill(signal);
      });
    }
    // It may end without having read its input.
    child.stdin.on('error', () => undefined).end(input);
    const [code, signal] = await once(child, 'close');
    return { code, signal, ...output, events: output.stdout.split('\n').flatMap(toEvent) };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function toEvent(line: string): CliEvent[] {
  if (!line.startsWith('{')) return [];
  try {
    const event: unknown = JSON.parse(line);
    return isEvent(event) ? [event] : [];
  } catch {
    return [];
  }
}

function isEvent(value: unknown): value is CliEvent {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
