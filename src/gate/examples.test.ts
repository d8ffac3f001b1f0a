import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { judge } from './verdict.ts';

interface Example {
  readonly id: string;
  readonly sql: string;
  readonly expect: string;
  readonly expect_prod: string;
}

const EXAMPLES = readFileSync(new URL('../../test/fixtures/gate-examples.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Example);

beforeAll(loadParser);

describe('G1: statements collected elsewhere, with the verdict that people agreed on', () => {
  test.each(EXAMPLES)('$id', (example) => {
    const verdicts = (['development', 'test', 'staging', 'production'] as const).map(
      (environment) => judge(example.sql, environment).verdict,
    );
    expect(verdicts).toEqual([example.expect, example.expect, example.expect, example.expect_prod]);
  });
});
