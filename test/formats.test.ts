import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { withChecks } from '../scripts/monitoring-checks.ts';
import { stepsPage } from '../scripts/steps-page.ts';
import { FINDING_RULES } from '../src/explain/findings/index.ts';
import { LEVERS } from '../src/levers/search.ts';
import { REWRITE_RULES } from '../src/rewrite/index.ts';

/** `- **T12** An entry …` */
const RULE = /^- \*\*([A-Z]\d+)\*\* /gm;
/** The title of a test that quotes rules: `test('T12: …`, `])('T12, T40: …`. */
const QUOTED = /\(\s*['"`]((?:[TACDEGRXHMLNJQVKPYWO]\d+(?:, )?)+): /g;

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

test('docs/steps.md is what the code says of itself', async () => {
  expect(await read('docs/steps.md'), 'npm run docs writes it').toBe(stepsPage());
});

test('docs/monitoring.md has the checks as the code has them', async () => {
  const page = await read('docs/monitoring.md');
  expect(page, 'npm run docs writes them').toBe(withChecks(page));
});

test('every finding has the code that its file is named after', async () => {
  const files = await readdir(new URL('src/explain/findings', root));
  const names = files
    .filter((name) => !/test\.ts$|^(?:index|rule)\.ts$/.test(name))
    .map((name) => name.slice(0, -3));
  expect(FINDING_RULES.map(({ code }) => code).toSorted()).toEqual(names.toSorted());
});

test('what describes itself does so in a sentence', () => {
  for (const { name, summary } of [...LEVERS, ...REWRITE_RULES]) {
    expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(summary, name).toMatch(/^[A-Z`].*\.$/);
  }
});

test('reasons are found in the sources', async () => {
  const codes = codesOf(await read('src/pipeline/choose.ts'));
  expect(codes).toEqual(expect.arrayContaining(['rows-differ', 'target-met', 'no-candidate', 'no-lab']));
});

describe('every reason code has its row', async () => {
  const page = await read('docs/formats.md');
  const documented = new Set([
    ...codesIn(page, '## Reason codes', '## Migration files'),
    ...codesIn(page, '## Error codes', '## Reason codes'),
  ]);

  test.each([
    'src/labs/attempt.ts',
    'src/labs/patience.ts',
    'src/labs/sandbox/lab.ts',
    'src/labs/scratch-table.ts',
    'src/labs/sides.ts',
    'src/labs/transaction.ts',
    'src/labs/write-cost.ts',
    'src/labs/writing.ts',
    'src/measure/judge.ts',
    'src/measure/write-cost.ts',
    'src/pipeline/adopt.ts',
    'src/pipeline/adopted.ts',
    'src/pipeline/cache.ts',
    'src/pipeline/choose.ts',
    'src/pipeline/counted-workload.ts',
    'src/pipeline/deliver.ts',
    'src/pipeline/examine.ts',
    'src/pipeline/facts.ts',
    'src/pipeline/file-workload.ts',
    'src/pipeline/item-lab.ts',
    'src/pipeline/item.ts',
    'src/pipeline/lab-alike.ts',
    'src/pipeline/rounds.ts',
    'src/pipeline/verify.ts',
    'src/steps/limits.ts',
  ])('%s', async (file) => {
    const source = await read(file);
    const codes = codesOf(source);
    expect(codes.filter((code) => !documented.has(code))).toEqual([]);
  });
});

/** How the sources give a reason: to an outcome, to a trial that was not measured, as a field, in a table, by a condition. */
const GIVEN = [
  /(?:conclude|Blocked)\(\s*(?:'[\w-]+'|outcome),\s*'([a-z-]+)'/g,
  /\b(?:impossible|rejected|untried|refused)\(\s*(?:proposal,\s*)?'([a-z-]+)'/g,
  /\bcode:\s*(?:[^,'\n]*\?\s*)?'([a-z-]+)'(?:\s*:\s*'([a-z-]+)')?/g,
  /^ {2}\['([a-z-]+)', '/gm,
  /\? '([a-z]+-[a-z-]+)' : '([a-z]+-[a-z-]+)'/g,
];

function codesOf(source: string): string[] {
  return GIVEN.flatMap((pattern) =>
    [...source.matchAll(pattern)].flatMap(([, ...found]) => found.filter((code) => code !== undefined)),
  );
}

/** What stands first in the rows of a part's tables. */
function codesIn(page: string, from: string, to: string): string[] {
  const rows = page.slice(page.indexOf(from), page.indexOf(to)).matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) \|/gm);
  return [...rows].flatMap(([, codes = '']) =>
    [...codes.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code),
  );
}
