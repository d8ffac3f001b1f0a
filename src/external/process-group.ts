import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a test runner to stop its servers. */
const GRACE_MS = 2_000;
const POLL_MS = 20;

/** Ends every process of a group, with manners first. Done when none of them runs any more. */
export async function endGroup(leader: number): Promise<void> {
  if (!signalGroup(leader, 'SIGTERM')) return;
  for (let waited = 0; waited < GRACE_MS; waited += POLL_MS) {
    await sleep(POLL_MS);
    if (!signalGroup(leader, 0)) return;
  }
  signalGroup(leader, 'SIGKILL');
}

/** False where the group has nobody that could be signalled. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}
