import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { onTestFinished } from 'vitest';
import { CLI } from './cli.ts';

/** What somebody at the keyboard sends instead of a line. */
export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';
export const ENTER = '\n';

export interface TerminalOptions {
  readonly cwd: string;
  /** Added to an environment that has nothing but a path and a home of its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** How wide the terminal says it is; 0 where it does not know. */
  readonly columns?: number;
  /**
   * What is typed, one for each time the program asks: text, or what to make of everything on the screen so far.
   * Whoever is asked once more than there are answers leaves with Ctrl-D.
   */
  readonly answers?: readonly (string | ((screen: string) => string | Promise<string>))[];
}

export interface TerminalResult {
  readonly code: number | null;
  /** Everything that was on the screen; lines end with a line feed alone. */
  readonly screen: string;
  /** How often it asked. */
  readonly asked: number;
}

/** What the program prints when it waits for an answer. */
const PROMPT = /(?:^|\n)> (?=[^\n]*$)/;

/**
 * Runs the built command on a real pseudo terminal, that of `script` (util-linux). It is typed only once the prompt is
 * there, as people do.
 */
export async function runAtTerminal(
  args: readonly string[],
  { cwd, env = {}, columns = 80, answers = [] }: TerminalOptions,
): Promise<TerminalResult> {
  if (!existsSync(CLI)) throw new Error('dist/cli.js is missing: npm run build');
  const home = await mkdtemp(join(tmpdir(), 'pitstop-home-'));
  try {
    const command = [process.execPath, CLI, ...args].map(quoted).join(' ');
    const child = spawn('script', ['-qefc', `stty cols ${columns} && exec ${command}`, '/dev/null'], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        SHELL: '/bin/sh',
        TERM: 'xterm',
        GIT_CONFIG_NOSYSTEM: '1',
        ...env,
      },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let screen = '';
    let unanswered = '';
    let asked = 0;
    const answer = async () => {
      const next = answers[asked] ?? CTRL_D;
      asked += 1;
      child.stdin.write(typeof next === 'string' ? next : await next(screen));
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const seen = text.replaceAll('\r\n', '\n');
      screen += seen;
      unanswered += seen;
      if (!PROMPT.test(unanswered)) return;
      unanswered = '';
      void answer();
    });
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    const [code] = await once(child, 'close');
    return { code, screen, asked };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** For the shell that `script` starts. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", () => `'\\''`)}'`;
}
