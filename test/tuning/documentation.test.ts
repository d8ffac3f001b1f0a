import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { configurationPage } from '../../scripts/configuration-page.ts';
import { FORMER_NAMES } from '../../src/tuning/former-names.ts';
import { RULE_GROUPS } from '../../src/tuning/groups/index.ts';

const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

test('the tables of docs/configuration.md are what the code says of itself', () => {
  expect(configurationPage(page), 'npm run docs writes them').toBe(page);
});

test('every rule says its formula and where it comes from', () => {
  for (const { name, formula, source } of RULE_GROUPS.flatMap(({ rules }) => rules)) {
    expect(formula, name).not.toBe('');
    expect(source, name).not.toBe('');
    expect(page).toContain(`| \`${name}\` | `);
  }
});

test('what the page says of names is so', () => {
  const names = FORMER_NAMES.map(({ name }) => name);
  for (const name of [
    'checkpoint_segments',
    'wal_keep_segments',
    'vacuum_defer_cleanup_age',
    'stats_temp_directory',
  ])
    expect(names).toContain(name);
  expect(new Set(names).size).toBe(names.length);
});
