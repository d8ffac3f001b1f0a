import type { LoggedCall } from './call.ts';

/** What may be kept of a log. */
interface Bounds {
  readonly calls: number;
  readonly characters: number;
}

const BOUNDS: Bounds = { calls: 20_000, characters: 16 * 1024 ** 2 };

/** Keeps the slowest of any number of calls, equal ones once, with the longest time of them. */
export function createCallKeeper(bounds: Bounds = BOUNDS): {
  add(call: LoggedCall): void;
  /** Slowest first; those without a time come last. */
  slowest(): LoggedCall[];
} {
  let kept = new Map<string, LoggedCall>();
  let characters = 0;
  const ordered = () => [...kept].toSorted(([, one], [, other]) => (other.ms ?? -1) - (one.ms ?? -1));
  return {
    add(call) {
      const key = JSON.stringify([
        call.sql,
        call.parameters.map((value) => value ?? (value === null ? 0 : 1)),
      ]);
      const known = kept.get(key);
      if (known === undefined) characters += key.length;
      if (known === undefined || (call.ms ?? -1) > (known.ms ?? -1)) kept.set(key, call);
      if (kept.size <= bounds.calls && characters <= bounds.characters) return;
      kept = new Map(ordered().slice(0, Math.floor(kept.size / 2)));
      characters = [...kept.keys()].reduce((sum, { length }) => sum + length, 0);
    },
    slowest: () => ordered().map(([, call]) => call),
  };
}
