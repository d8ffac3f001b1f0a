import { setTimeout as pause } from 'node:timers/promises';
import type { Proposal } from '../change.ts';
import type { SeriesContext } from '../measure/series.ts';
import type { Session } from '../pg/session.ts';
import type { Trial } from '../trial.ts';
import { describeBlockers, obstacleBefore, type Obstacle } from './attempt.ts';
import type { LabLimits } from './limits.ts';
import { impossible } from './sides.ts';

/** Between two attempts, in milliseconds. */
const PAUSE_MS = 500;

/** Tries a proposal again and again while waiting may help, and says at the end who was in the way. */
export async function patiently(
  reader: Session,
  proposal: Proposal,
  limits: LabLimits,
  { clock, signal }: Pick<SeriesContext, 'clock' | 'signal'>,
  attempt: () => Promise<Trial | Obstacle>,
): Promise<Trial> {
  const deadline = clock() + limits.patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const tried = (await obstacleBefore(reader, proposal, limits)) ?? (await attempt());
    if ('state' in tried) return tried;
    const { code, message, passing } = tried;
    if (!passing || clock() > deadline) {
      const blockers = passing ? await describeBlockers(reader, proposal, code) : '';
      return impossible(proposal, code, message + blockers);
    }
    await pause(PAUSE_MS, undefined, { signal });
  }
}
