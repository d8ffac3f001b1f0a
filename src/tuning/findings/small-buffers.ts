import { formatBytes, formatCount } from '../../report/format.ts';
import type { CountedServer, ServerFinding } from './finding.ts';

/** Below, the ratio is what pghero (99 %) and the PostgreSQL mixin (98 %) call healthy, with room for cold starts. */
const READ_SHARE = 0.02;
/** A server that has just started reads into free buffers. One that has none sends a block away for each that it reads. */
const EVICTED_SHARE = 0.5;
const FEWEST_READS = 1_000;

/**
 * Blocks that are read again and again since there is no room for them. The ratio alone says nothing: what is read may
 * come from the system's cache, or be new. Evictions say that there was no room, the working set says that there could be.
 */
export function smallBuffers({
  counters,
  bufferBytes,
  workingSetBytes,
}: CountedServer): ServerFinding | null {
  const { blocksRead, blocksHit, evictions } = counters;
  const readShare = blocksRead / Math.max(1, blocksRead + blocksHit);
  if (blocksRead < FEWEST_READS || readShare < READ_SHARE || evictions < blocksRead * EVICTED_SHARE)
    return null;
  if (workingSetBytes !== null && workingSetBytes <= bufferBytes) return null;
  const set =
    workingSetBytes === null ? '' : `; tables and indexes that are read have ${formatBytes(workingSetBytes)}`;
  return {
    id: 'small-shared-buffers',
    message: `${Math.round(readShare * 100)} % of the blocks had to be read, ${formatCount(blocksRead)} of them, and ${formatCount(evictions)} others had to leave ${formatBytes(bufferBytes)} of shared_buffers for them${set}`,
    advice:
      'Give shared_buffers a quarter of the memory, or as much as is read if that is less; it takes a restart.',
    settings: ['shared_buffers'],
    numbers: {
      blocksRead,
      readShare,
      evictions,
      bufferBytes,
      ...(workingSetBytes === null ? {} : { workingSetBytes }),
    },
  };
}
