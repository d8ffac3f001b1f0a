import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { findStatements } from './find.ts';
import { findSessionUses } from './session-uses.ts';

beforeAll(loadParser);

const usesIn = (source: string, extension = 'ts') =>
  findSessionUses(source, extension).map(({ feature, name, line }) => ({ feature, name, line }));

describe('a program', () => {
  test('is read in its own language', () => {
    const source = `
      await client.query('LISTEN jobs');
      await client.query(\`SET search_path TO \${schema}\`);
      const lock = 'SELECT pg_advisory_lock($1)';
      await sql\`CREATE TEMP TABLE work AS SELECT * FROM orders WHERE id = \${id}\`;
    `;
    expect(usesIn(source)).toEqual([
      { feature: 'listen', name: 'jobs', line: 2 },
      { feature: 'session-setting', name: 'search_path', line: 3 },
      { feature: 'advisory-lock', name: null, line: 4 },
      { feature: 'temporary-table', name: 'work', line: 5 },
    ]);
    expect(usesIn(`cursor.execute("SELECT pg_try_advisory_lock(%s)", (key,))`, 'py')).toEqual([
      { feature: 'advisory-lock', name: null, line: 1 },
    ]);
  });

  test('whose channel is not known listens all the same', () => {
    expect(usesIn('client.query(`LISTEN ${channel}`)')).toMatchObject([{ feature: 'listen' }]);
  });

  test('that writes a setting in small letters is understood by its name', () => {
    expect(usesIn(`query("set search_path to 'shop'"); query('set app.tenant = 1')`)).toMatchObject([
      { name: 'search_path' },
      { name: 'app.tenant' },
    ]);
  });

  test.each([
    `const label = 'Listen carefully';`,
    `const hint = 'set volume to 5';`,
    `const text = 'Execute order';`,
    `const text = 'reset password';`,
    `const text = 'Load more';`,
    `const text = 'Create a table';`,
    `const text = 'Do not disturb';`,
    `await client.query('NOTIFY jobs');`,
    `await client.query('SET LOCAL work_mem = 64');`,
    `// client.query('LISTEN jobs')`,
    `'unclosed`,
  ])('says nothing of sessions with: %s', (source) => {
    expect(usesIn(source)).toEqual([]);
  });
});

test('an SQL file is read whole, in whatever letters', () => {
  expect(usesIn(`-- setup\nset search_path = shop;\nselect 1;\nlisten jobs;\n`, 'sql')).toEqual([
    { feature: 'session-setting', name: 'search_path', line: 2 },
    { feature: 'listen', name: 'jobs', line: 4 },
  ]);
});

test('who looks for rows does not get them', () => {
  const source = `await client.query('LISTEN jobs'); await client.query('SELECT a FROM t');`;
  expect(findStatements(source, { extension: 'ts', lines: null }).map(({ sql }) => sql)).toEqual([
    'SELECT a FROM t',
  ]);
});
