import type { CounterChange } from './changes.ts';

/** What a configuration comes to, by what the servers counted. Times are told beside and decide nothing. */
export type ConfigurationVerdict = 'better' | 'worse' | 'mixed' | 'no-effect';

export function verdictOf(changes: readonly CounterChange[]): ConfigurationVerdict {
  const isBetter = changes.some(({ better }) => better === true);
  const isWorse = changes.some(({ better }) => better === false);
  if (isBetter) return isWorse ? 'mixed' : 'better';
  return isWorse ? 'worse' : 'no-effect';
}
