import { expect } from 'vitest';
import type { ServerComparison } from '../../src/tuning/evidence/comparison.ts';
import type { PlantedConfiguration } from './planted.ts';

/** It was found by counting, set right by configuration, and is better by counting. */
export function expectRemedied(planted: PlantedConfiguration, comparison: ServerComparison): void {
  expect(comparison.findings.map(({ id }) => id)).toEqual(planted.findings);
  const better = comparison.counters.filter((change) => change.better === true).map(({ counter }) => counter);
  expect(better).toEqual(expect.arrayContaining([...planted.better]));
  for (const [name, counter] of Object.entries(planted.shown)) {
    const shown = comparison.settings.find((setting) => setting.name === name);
    expect(shown).toMatchObject({ evidence: 'measured', counter, better: true });
  }
}
