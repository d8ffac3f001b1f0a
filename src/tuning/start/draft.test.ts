import { describe, expect, test } from 'vitest';
import { draftOf, withdraw } from './draft.ts';
import { TRIAL } from './held-back.ts';

describe('a draft', () => {
  test('never has a name that is none, and says it as it was proposed', () => {
    const draft = draftOf({ "x\nfsync = 'off'": '1', work_mem: '4MB' }, TRIAL);
    expect(draft.configuration).toEqual({ work_mem: '4MB' });
    expect(draft.refused.map(({ name }) => name)).toEqual(["x\nfsync = 'off'"]);
  });

  test('loses what the log complains of, and nothing where it complains of nothing', () => {
    const draft = draftOf({ wrok_mem: '4MB', work_mem: '4MB' }, TRIAL);
    const log = '2026-11-27 20:35:18.536 UTC [1] FATAL:  unrecognized configuration parameter "wrok_mem"';
    expect(withdraw(draft, log)).toMatchObject({
      configuration: { work_mem: '4MB' },
      refused: [{ name: 'wrok_mem', value: '4MB' }],
    });
    expect(withdraw(draft, 'postgres: out of luck\n')).toBeNull();
  });
});
