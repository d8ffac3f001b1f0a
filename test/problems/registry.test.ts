import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { PROBLEMS } from './cases/index.ts';

test('every problem has a file of its name, and is in the list', async () => {
  const files = await readdir(new URL('cases', import.meta.url));
  const names = files.filter((file) => file !== 'index.ts').map((file) => file.replace(/\.ts$/, ''));
  expect(PROBLEMS.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});
