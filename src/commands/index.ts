import { check } from './check.ts';
import type { Command } from './command.ts';
import { apply } from './apply.ts';
import { approve } from './approve.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { hardware } from './hardware.ts';
import { log } from './log.ts';
import { monitor } from './monitor.ts';
import { plan } from './plan.ts';
import { reject } from './reject.ts';
import { requests } from './requests.ts';
import { revert } from './revert.ts';
import { run } from './run.ts';
import { show } from './show.ts';
import { status } from './status.ts';
import { steps } from './steps.ts';
import { tune } from './tune.ts';

/** Every command, in the order of `--help`. A new command is one new file and its name here. */
export const COMMANDS: readonly Command[] = [
  run,
  plan,
  status,
  requests,
  show,
  approve,
  reject,
  apply,
  revert,
  check,
  explain,
  hardware,
  tune,
  monitor,
  log,
  steps,
  doctor,
  demo,
];
