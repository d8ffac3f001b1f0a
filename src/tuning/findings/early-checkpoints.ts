import { formatBytes, formatCount } from '../../report/format.ts';
import type { CountedServer, ServerFinding } from './finding.ts';

/** The PostgreSQL mixin's alert: less than half of the checkpoints in time. */
const REQUESTED_SHARE = 0.5;
/** Somebody may ask for a checkpoint, and a backup does. */
const FEWEST = 3;

/** Checkpoints that came since the log had grown to `max_wal_size`, not since it was time. */
export function earlyCheckpoints({ counters }: CountedServer): ServerFinding | null {
  const { checkpointsRequested, checkpointsTimed, walBytes, walImages } = counters;
  const all = checkpointsRequested + checkpointsTimed;
  if (checkpointsRequested < FEWEST || checkpointsRequested / all <= REQUESTED_SHARE) return null;
  const apart = walBytes / checkpointsRequested;
  return {
    id: 'early-checkpoints',
    message: `${formatCount(checkpointsRequested)} of ${formatCount(all)} checkpoints came before their time, after ${formatBytes(apart)} of log each; ${formatCount(walImages)} whole pages went into the log for them`,
    advice:
      'Raise max_wal_size until checkpoints come by checkpoint_timeout; recovery after a crash takes longer.',
    settings: ['max_wal_size', 'checkpoint_timeout', 'min_wal_size'],
    numbers: { requested: checkpointsRequested, timed: checkpointsTimed, walBytes, walImages },
  };
}
