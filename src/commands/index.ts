import { check } from './check.ts';
import type { Command } from './command.ts';
import { demo } from './demo.ts';
import { plan } from './plan.ts';
import { run } from './run.ts';
import { status } from './status.ts';
import { steps } from './steps.ts';

/** Every command, in the order of `--help`. A new command is one new file and its name here. */
export const COMMANDS: readonly Command[] = [run, plan, status, check, steps, demo];
