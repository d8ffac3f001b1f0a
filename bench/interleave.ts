import { median, quantile } from 'simple-statistics';

/** A series of one side's costs, in milliseconds. */
export interface Series {
  readonly medianMs: number;
  /** From the lower to the upper quartile. */
  readonly spread: string;
}

/**
 * Takes the costs of two sides in turns, A B A B, so that whatever else the machine does hits both. The round is
 * passed on: a side that remembers what it has seen needs something new each time.
 */
export function interleave(
  rounds: number,
  a: (round: number) => number,
  b: (round: number) => number,
): { readonly a: Series; readonly b: Series; readonly ratio: number } {
  const costs: { readonly a: number; readonly b: number }[] = [];
  // The first round only warms up.
  for (let round = 0; round <= rounds; round += 1) costs.push({ a: a(round), b: b(round) });
  const kept = costs.slice(1);
  const [left, right] = [seriesOf(kept.map((cost) => cost.a)), seriesOf(kept.map((cost) => cost.b))];
  return { a: left, b: right, ratio: median(kept.map((cost) => cost.b / cost.a)) };
}

export function seriesOf(costsMs: readonly number[]): Series {
  const values = [...costsMs];
  const [low, high] = [quantile(values, 0.25), quantile(values, 0.75)];
  return { medianMs: median(values), spread: `${low.toFixed(1)}–${high.toFixed(1)} ms` };
}
