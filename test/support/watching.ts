import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { onTestFinished } from 'vitest';
import { CLI } from './cli.ts';

/** A command that runs until it is told to end. */
export interface Running {
  /** The next line of standard output, or of standard error, that says so; those before it are passed over. */
  readonly line: (stream: 'stdout' | 'stderr', matches: RegExp) => Promise<string>;
  /** Sends a signal and waits for the end: the exit code, or null where the signal itself ended it. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
  /** Waits for the end. */
  readonly ended: Promise<number | null>;
}

/** Starts the built command as `runCli` does, and hands out its lines as they come. */
export async function startCli(args: readonly string[], { cwd }: { readonly cwd: string }): Promise<Running> {
  const home = await mkdtemp(join(tmpdir(), 'pitstop-home-'));
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(home, { recursive: true, force: true });
  });
  const streams = { stdout: linesOf(child.stdout), stderr: linesOf(child.stderr) };
  return {
    line: (stream, matches) => streams[stream](matches),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
}

function linesOf(stream: NodeJS.ReadableStream): (matches: RegExp) => Promise<string> {
  let text = '';
  let isOver = false;
  let wake = () => {};
  stream.setEncoding('utf8');
  stream.on('data', (more: string) => {
    text += more;
    wake();
  });
  stream.on('end', () => {
    isOver = true;
    wake();
  });
  return async (matches) => {
    const seen: string[] = [];
    for (;;) {
      const end = text.indexOf('\n');
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        if (matches.test(line)) return line;
        seen.push(line);
      } else if (isOver) {
        throw new Error(`it ended without ${matches.source}; it said\n${seen.join('\n')}`);
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  };
}
