import type { Known } from './metrics.ts';
import type { Look } from './watch.ts';

/** A round that is younger than this is handed to the next scraper as it is. */
const FRESH_MS = 1_000;

/** What scrapers get to know. */
export interface Scraping {
  /**
   * The last round where rounds come by themselves. Where they come when asked for, a new one; whoever asks while one is
   * taken gets that one.
   */
  readonly known: () => Promise<Known>;
  readonly onLook: (look: Look) => void;
  readonly onLost: () => void;
}

/** @param ask asks for a round; null where they come by themselves */
export function scraping(ask: (() => void) | null, clock: () => number): Scraping {
  let known: Known = { up: false, last: null };
  let isLost = false;
  let at = Number.NEGATIVE_INFINITY;
  let waiting: ((known: Known) => void)[] = [];
  const tell = (now: Known) => {
    known = now;
    at = clock();
    for (const resolve of waiting) resolve(known);
    waiting = [];
  };
  return {
    known() {
      // While the server is lost it is tried again by itself, and a scraper that waits learns nothing.
      const isEnough = isLost || (known.last !== null && (ask === null || clock() - at < FRESH_MS));
      if (isEnough) return Promise.resolve(known);
      if (waiting.length === 0) ask?.();
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    },
    onLook(last) {
      isLost = false;
      tell({ up: true, last });
    },
    onLost() {
      isLost = true;
      tell({ up: false, last: null });
    },
  };
}
