import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a test runner to stop its servers. */
const GRACE_MS = 2_000;
const POLL_MS = 20;

/** As kill(2) counts: a process by its id, the group of a leader by the negative id. */
export type Processes = number;

/** Ends a process or every process of a group, with manners first. Done when none of them runs any more. */
export async function endProcesses(processes: Processes): Promise<void> {
  if (!signalProcesses(processes, 'SIGTERM')) return;
  for (let waited = 0; waited < GRACE_MS; waited += POLL_MS) {
    await sleep(POLL_MS);
    if (!signalProcesses(processes, 0)) return;
  }
  signalProcesses(processes, 'SIGKILL');
}

/** False where there is nobody that could be signalled. */
export function signalProcesses(processes: Processes, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(processes, signal);
    return true;
  } catch {
    return false;
  }
}
