import { formatBytes, formatCount } from '../../report/format.ts';
import type { CountedServer, ServerFinding } from './finding.ts';

const PAGE_BYTES = 8192;
/** Below, compressing spares less of the log than anybody would notice. */
const IMAGE_SHARE = 0.3;
/** One segment. */
const LEAST_BYTES = 16 * 1024 ** 2;

/**
 * Whole pages that make up the log and are not compressed. The server counts pages, not their bytes; the hole in a page
 * is left out, so this is the most that they can be.
 */
export function pageImages({ counters, walCompression }: CountedServer): ServerFinding | null {
  const { walImages, walBytes } = counters;
  const share = Math.min(1, (walImages * PAGE_BYTES) / Math.max(1, walBytes));
  if (walCompression !== 'off' || walBytes < LEAST_BYTES || share < IMAGE_SHARE) return null;
  return {
    id: 'page-images',
    message: `up to ${Math.round(share * 100)} % of ${formatBytes(walBytes)} of log are ${formatCount(walImages)} whole pages, not compressed`,
    advice:
      'Switch wal_compression on: it costs a little of a processor where pages are changed for the first time.',
    settings: ['wal_compression', 'max_wal_size', 'checkpoint_timeout'],
    numbers: { images: walImages, walBytes, share },
  };
}
