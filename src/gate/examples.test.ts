import { beforeAll, describe, expect, test } from 'vitest';
import { GATE_EXAMPLES } from '../../test/fixtures/gate-examples.ts';
import { loadParser } from '../sql/parse.ts';
import { judge } from './verdict.ts';

beforeAll(loadParser);

describe('G1: statements collected elsewhere, with the verdict that people agreed on', () => {
  test.each(GATE_EXAMPLES)('$id', (example) => {
    const verdicts = (['development', 'test', 'staging', 'production'] as const).map(
      (environment) => judge(example.sql, environment).verdict,
    );
    expect(verdicts).toEqual([example.expect, example.expect, example.expect, example.expect_prod]);
  });
});
