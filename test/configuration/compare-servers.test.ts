import { expect, test } from 'vitest';
import { compareServers } from '../../src/labs/configuration/compare-servers.ts';
import { expectRemedied } from './judge.ts';
import { quickly, spill } from './planted.ts';

test('a spill is found, set right by work_mem, and shown to be gone', async () => {
  const comparison = await compareServers(spill, quickly(new AbortController().signal));
  expect(comparison.verdict).toBe('better');
  expectRemedied(spill, comparison);
  const spilled = comparison.counters.find(({ counter }) => counter === 'tempBytes');
  expect(spilled).toMatchObject({ after: 0, ratio: 0, verdict: 'fell' });
  // Two pairs are enough to count by, and too few to tell times.
  expect(comparison.times.verdict).toBe('inconclusive');
  const byRule = comparison.settings.filter(({ evidence }) => evidence === 'by-rule');
  expect(byRule).toEqual([
    { name: 'shared_buffers', evidence: 'by-rule', why: 'the server has it already' },
    { name: 'log_min_duration_statement', evidence: 'by-rule', why: 'this workload shows no effect' },
    {
      name: 'wal_compression',
      evidence: 'by-rule',
      why: 'invalid value for parameter "wal_compression": "lz4"',
    },
  ]);
  expect(comparison.after.refused.map(({ name }) => name)).toEqual(['wal_compression']);
  expect(comparison.after.adapted.map(({ name, tried }) => [name, tried])).toEqual([['work_mem', '32MB']]);
  expect(comparison.notes.join()).toContain('fsync');
});
