import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { CLI } from '../support/cli.ts';
import { createTestDatabase, lend } from '../support/database.ts';
import { CTRL_C } from '../support/terminal.ts';
import { createWorkspace } from '../support/workspace.ts';

const OPEN = '\u001B[?1049h';
const CLOSE = '\u001B[?25h\u001B[?1049l';

/** A real pseudo terminal, that of `script`, whose shell outlives Ctrl-C; the first line on it is its name. */
async function startAtTerminal(command: string, cwd: string) {
  const child = spawn(
    'script',
    ['-qefc', `trap : INT; tty; stty cols 100 rows 12; ${command}`, '/dev/null'],
    {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, SHELL: '/bin/sh', TERM: 'xterm', NO_COLOR: '1' },
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  let screen = '';
  let wake = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    wake();
  });
  void ended.then(() => wake());
  const until = async (isThere: (screen: string) => boolean) => {
    while (!isThere(screen) && child.exitCode === null)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    expect(isThere(screen), screen).toBe(true);
  };
  return {
    until,
    screen: () => screen,
    type: (keys: string) => child.stdin.write(keys),
    terminal: () => /\/dev\/\S+/.exec(screen)?.[0] ?? '',
    ended,
  };
}

/** What is on the screen after the last picture was drawn. */
const picture = (screen: string) =>
  screen
    .slice(screen.lastIndexOf('\u001B[H') + 3)
    // oxlint-disable-next-line no-control-regex -- the program's own sequences
    .replaceAll(/\u001B\[[?\d;]*[A-Za-z]/g, '')
    .split('\r\n');

test('a terminal shows a picture, which follows its size, and is as it was when somebody leaves', async () => {
  await lend(await createTestDatabase(), async (database) => {
    const { path } = await createWorkspace();
    const command = `${process.execPath} ${CLI} monitor --database-url '${database.url}'; echo "left with $?"`;
    const terminal = await startAtTerminal(command, path);
    await terminal.until((screen) => screen.includes('PostgreSQL 18'));
    await terminal.until((screen) => picture(screen).at(-1)?.includes('Ctrl-C ends') === true);
    expect(terminal.screen()).toContain(OPEN);
    expect(picture(terminal.screen())[0]).toMatch(/^test_\w+ on PostgreSQL 18/);

    // The same round is drawn again in less room.
    execFileSync('stty', ['-F', terminal.terminal(), 'rows', '3']);
    await terminal.until(
      (screen) =>
        picture(screen).length === 3 &&
        /^\d+ more lines; every 10 s, Ctrl-C ends/.test(picture(screen)[2] ?? ''),
    );

    terminal.type(CTRL_C);
    await terminal.until((screen) => screen.includes('left with 130'));
    await terminal.ended;
    const [, left = ''] = terminal.screen().split(CLOSE);
    expect(left).toContain('interrupted');
    expect(left).not.toContain('\u001B[');
  });
});
