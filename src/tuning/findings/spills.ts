import { formatBytes, formatCount } from '../../report/format.ts';
import type { CountedServer, ServerFinding } from './finding.ts';

/** pgEdge's alert begins at ten files; one that a report writes at night is no matter. */
const FEWEST_FILES = 10;
/** In memory rows take up to three times the room that they have in a file. */
const IN_MEMORY = 3;

/** Sorts and hash tables that did not fit into `work_mem`. */
export function spills({ counters }: CountedServer): ServerFinding | null {
  const { tempFiles, tempBytes } = counters;
  if (tempFiles < FEWEST_FILES || tempBytes === 0) return null;
  const meanBytes = tempBytes / tempFiles;
  return {
    id: 'spills',
    message: `${formatCount(tempFiles)} sorts and hash tables did not fit into work_mem and went to files, ${formatBytes(tempBytes)} in all, ${formatBytes(meanBytes)} each`,
    advice: `A work_mem of ${formatBytes(meanBytes * IN_MEMORY)} would hold one of the mean size; raise it for the roles that run them where it is too much for all.`,
    settings: ['work_mem', 'hash_mem_multiplier'],
    numbers: { files: tempFiles, bytes: tempBytes, meanBytes },
  };
}
