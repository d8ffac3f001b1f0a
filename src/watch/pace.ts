import { setTimeout as pause } from 'node:timers/promises';

/** Resolves when the next round is due; rejects when the signal fires. */
export type Pace = (signal: AbortSignal) => Promise<void>;

/**
 * So far apart from begin to begin, counted from when it is first asked; a round that takes longer is followed by the next at
 * once, not by several.
 */
export function every(intervalMs: number, clock: () => number): Pace {
  let due: number | null = null;
  return async (signal) => {
    due = Math.max((due ?? clock()) + intervalMs, clock());
    await pause(due - clock(), undefined, { signal });
  };
}

/** A round whenever somebody asks for one. */
export interface Demand {
  readonly pace: Pace;
  readonly ask: () => void;
}

export function onDemand(): Demand {
  let asked = false;
  let wake: (() => void) | null = null;
  return {
    ask: () => {
      asked = true;
      wake?.();
    },
    pace: async (signal) => {
      signal.throwIfAborted();
      if (!asked) {
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
      }
      asked = false;
      wake = null;
    },
  };
}
