import { tmpdir } from 'node:os';
import type { PartialProfile } from '../tuning/hardware/claim.ts';
import { classOfProbe, probeText, type ReadProbe } from '../tuning/hardware/storage-class.ts';
import { rotates } from './block-device.ts';
import { withProbeFile } from './probe-file.ts';
import { probeReads } from './read-probe.ts';

interface StorageQuestion {
  /** On the volume that counts. */
  readonly directory: string;
  readonly currentFolder: string;
  /** Whether it may be read for a second. */
  readonly probe: boolean;
  readonly signal: AbortSignal;
  /** `/`, or a folder with `sys` below it. */
  readonly root: string;
}

/** What the storage is by measuring it, or what it may be. */
interface SeenStorage {
  readonly detected: Pick<PartialProfile, 'storage'>;
  readonly suggested: Pick<PartialProfile, 'storage'>;
  readonly notes: readonly string[];
  /** Null where nothing was measured, or a cache has answered. */
  readonly probe: ReadProbe | null;
}

/** Measures the storage below a directory; where that cannot be, says why, and what the kernel says of the device. */
export async function lookAtStorage(question: StorageQuestion): Promise<SeenStorage> {
  const { root, directory, currentFolder, probe, signal } = question;
  const hint = await rotates(root, directory);
  if (!probe) return guessed(hint, 'the storage was not measured');
  const measured = await withProbeFile(directory, [tmpdir(), currentFolder], (file) =>
    probeReads(file, signal),
  );
  signal.throwIfAborted();
  if ('reason' in measured) return guessed(hint, `the storage was not measured: ${measured.reason}`);
  const value = classOfProbe(measured);
  if (value === null)
    return guessed(hint, `a cache has answered instead of the storage: ${probeText(measured)}`);
  return {
    detected: {
      storage: { value, source: `measured on the volume of ${directory}: ${probeText(measured)}` },
    },
    suggested: {},
    notes: hint === true && value !== 'hdd' ? [tooFastToTurn(measured)] : [],
    probe: measured,
  };
}

/** A device that does not rotate is no hard disk. That it does is said of any disk of a virtual machine. */
function guessed(hint: boolean | null, note: string): SeenStorage {
  const storage = {
    value: 'ssd' as const,
    source: 'guessed: the operating system says that the disk does not rotate',
  };
  return { detected: {}, suggested: hint === false ? { storage } : {}, notes: [note], probe: null };
}

function tooFastToTurn({ file }: ReadProbe): string {
  const cached =
    file === 'temporary' ? ' (or its own cache has answered: the file had just been written)' : '';
  return `the operating system says that the disk rotates, but it answers too fast for one that does${cached}; virtual machines say so of any disk`;
}
