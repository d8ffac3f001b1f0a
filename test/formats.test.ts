import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** `- **T12** An entry …` */
const RULE = /^- \*\*([A-Z]\d+)\*\* /gm;
/** The title of a test that quotes rules: `test('T12: …`, `])('T12, T40: …`. */
const QUOTED = /\(\s*['"`]((?:[TACDEGRXMLNJQVKPY]\d+(?:, )?)+): /g;

const root = new URL('..', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');

const rules = [...(await read('docs/formats.md')).matchAll(RULE)].map(([, id = '']) => id);
const quotes = (await titles()).flatMap(({ file, ids }) => ids.map((id) => ({ file, id })));

async function titles(): Promise<{ file: string; ids: readonly string[] }[]> {
  const found: { file: string; ids: readonly string[] }[] = [];
  for (const folder of ['src', 'test']) {
    for (const name of await readdir(new URL(folder, root), { recursive: true })) {
      if (!name.endsWith('.test.ts')) continue;
      const file = `${folder}/${name}`;
      for (const [, ids = ''] of (await read(file)).matchAll(QUOTED))
        found.push({ file, ids: ids.split(', ') });
    }
  }
  return found;
}

test('every rule of docs/formats.md has an id of its own', () => {
  expect(rules.length).toBeGreaterThan(80);
  expect(rules.filter((id, at) => rules.indexOf(id) !== at)).toEqual([]);
});

test('every rule that a test quotes is in docs/formats.md', () => {
  expect(quotes.filter(({ id }) => !rules.includes(id))).toEqual([]);
});

test('every rule for task files is quoted by a test', () => {
  const quoted = new Set(quotes.map(({ id }) => id));
  expect(rules.filter((id) => id.startsWith('T') && !quoted.has(id))).toEqual([]);
});

test('every finding of a plan has its row under `explain`, and no other', async () => {
  const page = await read('docs/formats.md');
  const table = page.slice(page.indexOf('| finding |'), page.indexOf('## `steps --json`'));
  const documented = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code = '']) => code);
  const files = await readdir(new URL('src/explain/findings', root));
  const codes = files
    .filter((name) => !/test\.ts$|^(?:index|rule)\.ts$/.test(name))
    .map((name) => name.slice(0, -3));
  expect(documented.toSorted()).toEqual(codes.toSorted());
});
