import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { REWRITE_RULES } from '../../src/rewrite/index.ts';
import { RULE_CASES } from './cases/index.ts';

const names = RULE_CASES.map(({ rule }) => rule.name);

test('every rule has its cases, in a file of its name', async () => {
  const files = await readdir(new URL('cases', import.meta.url));
  const cases = files.filter((file) => file !== 'index.ts').map((file) => file.replace(/\.ts$/, ''));
  expect(names.toSorted()).toEqual(REWRITE_RULES.map(({ name }) => name).toSorted());
  expect(cases.toSorted()).toEqual(names.toSorted());
});

test.each(RULE_CASES.map((cases) => ({ name: cases.rule.name, ...cases })))(
  '$name is shown where it applies, where a precondition fails, and where only other data tells',
  ({ applies, refuses, reveals }) => {
    // The types ask for it too; a cast would get past them.
    for (const list of [applies, refuses, reveals]) expect(list.length).toBeGreaterThan(0);
  },
);
