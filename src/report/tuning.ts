import type { Recommendation } from '../tuning/recommend.ts';
import { formatBytes } from './format.ts';

/** What is to be said of a recommendation, for people: totals, what was asked for and is not set, notes. */
export function recommendationLines({ memory, notes, refused }: Recommendation): string[] {
  const { expectedBytes, mostExpectedBytes, stressBytes, mostStressBytes, pathologicalBytes, memoryBytes } =
    memory;
  return [
    `memory: ${formatBytes(expectedBytes)} expected (at most ${formatBytes(mostExpectedBytes)}), ${formatBytes(stressBytes)} under stress (at most ${formatBytes(mostStressBytes)}), ${formatBytes(pathologicalBytes)} if every session did its worst at once, of ${formatBytes(memoryBytes)}`,
    ...refused.map(({ name, why, instead }) => {
      const there = instead.length === 0 ? '' : `; there is ${instead.join(', ')}`;
      return `not set: ${name}: ${why}${there}`;
    }),
    ...notes.map(({ about, text }) => (about === null ? text : `${about}: ${text}`)),
  ];
}
