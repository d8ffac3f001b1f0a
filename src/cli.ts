#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { addAbortSignal } from 'node:stream';
import { Command as Program, CommanderError, Option } from 'commander';
import type { Command, Outside, OptionSpec, Screen } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';
import { terminalScreen } from './commands/screen.ts';
import { describeError, toPitstopError } from './commands/to-error.ts';
import { EXIT, PitstopError } from './errors.ts';

const json = process.argv.includes('--json');
const outside = outsideWorld();
process.exitCode = await main();

async function main(): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Program('pitstop')
    .description('Task runner for PostgreSQL performance work: proves each fix by measuring it.')
    .version(outside.version)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showHelpAfterError(false);
  for (const command of COMMANDS) {
    const sub = program
      .command(`${command.name} ${command.arguments}`.trim())
      .description(command.summary)
      .exitOverride();
    for (const option of command.options) sub.addOption(optionOf(option));
    if (command.notes !== undefined) sub.addHelpText('after', `\n${command.notes}`);
    sub.action(async () => {
      exitCode = await command.run(outside, sub.args, sub.opts());
    });
  }
  try {
    await program.parseAsync(process.argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    if (outside.signal.aborted) return interrupted();
    return tell(error instanceof CommanderError ? usageError(error) : toPitstopError(error));
  }
}

/** 128 and the signal's number, as shells count. */
function interrupted(): number {
  outside.err('interrupted\n');
  return outside.signal.reason === 'SIGTERM' ? 143 : 130;
}

function optionOf({ flags, description, repeatable, choices }: OptionSpec): Option {
  const option = new Option(flags, description);
  if (choices !== undefined) option.choices(choices);
  if (repeatable)
    option.argParser((value: string, earlier: string[] | undefined) => [...(earlier ?? []), value]);
  return option;
}

function usageError(error: CommanderError): PitstopError {
  const hint = 'pitstop --help lists the commands, pitstop COMMAND --help its options.';
  const message =
    error.code === 'commander.help' ? 'a command is needed' : error.message.replace(/^error: /, '');
  return new PitstopError('usage', message, {
    hint,
    ...(error.code === 'commander.help' ? { candidates: COMMANDS.map(({ name }) => name) } : {}),
  });
}

function tell(error: PitstopError): number {
  const command: Command | undefined = COMMANDS.find(({ name }) => process.argv.includes(name));
  if (!json) outside.err(describeError(error));
  else if (command?.tellError === undefined) outside.out(`${JSON.stringify(error)}\n`);
  else command.tellError(outside, error, error.exitCode);
  return error.exitCode;
}

/** A user id without an entry in the user database has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** What a stream holds; of more than `most` bytes only that many and one, which tells that there are more. */
async function readBytes(stream: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > most) break;
  }
  return Buffer.concat(chunks).subarray(0, most + 1);
}

/** Null where standard output is not a terminal that can be drawn on, or no person looks at it. */
function liveScreen(): Screen | null {
  const { CI, TERM } = process.env;
  if (process.stdout.isTTY !== true || CI || TERM === 'dumb' || json) return null;
  const screen = terminalScreen(process.stdout);
  process.on('exit', screen.close);
  return screen;
}

/** The one place that touches the process: its streams, signals, variables, folder and clocks. */
function outsideWorld(): Outside {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second one means that unwinding takes too long for somebody.
      if (interruption.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
      interruption.abort(signal);
    });
  }
  // A reader that has seen enough closes the pipe; that is no fault.
  const unread = new AbortController();
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.stdout.on('error', () => unread.abort());
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const terminal = { input: process.stdin, output: process.stderr };
  const isInteractive =
    process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env['CI'] && !json;
  return {
    cwd: process.cwd(),
    env: process.env,
    version,
    readInput: (most) => readBytes(addAbortSignal(interruption.signal, process.stdin), most),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    color:
      process.stderr.isTTY === true &&
      process.stdout.isTTY === true &&
      !process.env['NO_COLOR'] &&
      process.env['TERM'] !== 'dumb',
    ask: isInteractive
      ? async (question) => (await import('./commands/ask.ts')).askAt(terminal, question, interruption.signal)
      : null,
    screen: liveScreen(),
    actor: { user: userName(), pid: process.pid, terminal: process.stdin.isTTY === true },
    newId: randomUUID,
    signal: interruption.signal,
    unread: unread.signal,
    clock: () => performance.now(),
    now: () => new Date(),
  };
}
