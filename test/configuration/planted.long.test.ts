import { expect, test } from 'vitest';
import { compareServers } from '../../src/labs/configuration/compare-servers.ts';
import { bankData } from '../../src/labs/configuration/data.ts';
import { BANK, bankWorkload } from '../../src/measure/servers/bank.ts';
import { expectRemedied } from './judge.ts';
import { heavyLog, quickly, smallBuffers } from './planted.ts';

const LONG = { timeout: 300_000 };

test.for([smallBuffers, heavyLog])(
  '$name is found, set right, and shown to be better',
  LONG,
  async (planted) => {
    const comparison = await compareServers(planted, quickly(new AbortController().signal));
    expect(comparison.verdict).toBe('better');
    expectRemedied(planted, comparison);
  },
);

test('a configuration that changes nothing shows nothing', async () => {
  const configuration = { work_mem: '8MB', log_checkpoints: 'off' };
  const request = { before: configuration, after: { ...configuration, log_lock_waits: 'on' } };
  const settings = {
    ...quickly(new AbortController().signal),
    plan: { budgetMs: 5_000, fewestPairs: 2, mostPairs: 2 },
  };
  const comparison = await compareServers(
    { ...request, workload: bankWorkload(BANK), data: bankData(BANK) },
    settings,
  );
  expect(comparison.verdict).toBe('no-effect');
  expect(comparison.plans.changed).toEqual([]);
  expect(comparison.settings.map(({ evidence }) => evidence)).toEqual(['by-rule', 'by-rule', 'by-rule']);
});

test('an interruption ends it in the middle', async () => {
  const interruption = new AbortController();
  const settings = quickly(interruption.signal, (progress) => {
    if (progress.startsWith('measuring the configuration')) interruption.abort(new Error('enough'));
  });
  await expect(compareServers(smallBuffers, settings)).rejects.toThrow('enough');
});
