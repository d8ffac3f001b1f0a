import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSetting } from './format-setting.ts';
import { parseSetting } from './parse-setting.ts';
import { POSTGRESQL_18 } from './postgresql-18.ts';

const factsOf = (name: string) => POSTGRESQL_18.settings.get(name)!;
const NUMBERS = [...POSTGRESQL_18.settings.values()].filter(({ type }) => type === 'integer');

describe('a value is read', () => {
  test.each([
    ['shared_buffers', '4GB', '524288'],
    ['work_mem', '64MB', '65536'],
    ['work_mem', ' 1.5 MB ', '1536'],
    ['checkpoint_timeout', '15min', '900'],
    ['max_wal_size', '4GB', '4096'],
    ['autovacuum_work_mem', '-1', '-1'],
    ['jit', 'TRUE', 'on'],
    ['wal_compression', 'PGLZ', 'pglz'],
    ['huge_pages', 'yes', 'on'],
    ['random_page_cost', '1.1', '1.1'],
  ])('%s = %s', (name, text, value) => {
    expect(parseSetting(text, factsOf(name))).toEqual({ ok: true, value });
  });

  test.each([
    ['work_mem', '64 mb', 'work_mem has the units B, kB, MB, GB, TB; "64 mb" is not understood'],
    ['work_mem', '1kB', 'work_mem is from 64 to 2147483647, in units of kB; "1kB" is outside'],
    ['io_workers', '33', 'io_workers is from 1 to 32; "33" is outside'],
    ['io_workers', '3MB', 'io_workers has no unit; "3MB" is not understood'],
    ['io_method', 'io_uring', 'io_method is one of sync, worker, not "io_uring"'],
    ['jit', 'maybe', 'jit is on or off, not "maybe"'],
    ['work_mem', 'much', 'work_mem is a number, not "much"'],
    ['work_mem', '', 'work_mem is a number, not ""'],
  ])('%s = %s is refused', (name, text, problem) => {
    expect(parseSetting(text, factsOf(name))).toEqual({ ok: false, problem });
  });
});

test('what is written is read back, for every number that a setting can have', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NUMBERS), fc.double({ min: 0, max: 1, noNaN: true }), (facts, at) => {
      const [least, most] = [Number(facts.min), Number(facts.max)];
      const value = String(Math.floor(least + at ** 8 * (most - least)));
      expect(parseSetting(formatSetting(value, facts), facts)).toEqual({ ok: true, value });
    }),
    { numRuns: 2_000 },
  );
});
