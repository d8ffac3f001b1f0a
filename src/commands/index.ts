import type { Command } from './command.ts';
import { demo } from './demo.ts';
import { run } from './run.ts';

/** Every command, in the order of `--help`. A new command is one new file and its name here. */
export const COMMANDS: readonly Command[] = [run, demo];
