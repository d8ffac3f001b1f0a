import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readSourceFiles } from '../../src/files/source-files.ts';
import { usesOfSource } from '../../src/pooling/session-uses.ts';
import { SOURCE_EXTENSIONS } from '../../src/source/languages/index.ts';
import { findSessionUses } from '../../src/source/session-uses.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { createWorkspace } from '../support/workspace.ts';

beforeAll(loadParser);
const never = new AbortController().signal;

async function pathsIn(root: string, most = 100): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of readSourceFiles(root, SOURCE_EXTENSIONS, most, never)) paths.push(path);
  return paths;
}

test('a project’s own source is read, in order, and nothing else', async () => {
  const { path } = await createWorkspace({
    'src/jobs.ts': '',
    'src/a.sql': '',
    'src/deep/er/app.py': '',
    'src/picture.png': '',
    'src/huge.ts': '-'.repeat(1_000_001),
    'node_modules/x/index.js': '',
    'test/jobs.ts': '',
    '.hidden/a.ts': '',
    'dist/a.js': '',
  });
  await symlink(join(path, 'node_modules'), join(path, 'src', 'linked'));
  expect(await pathsIn(path)).toEqual(['src/a.sql', 'src/jobs.ts', 'src/deep/er/app.py']);
  expect(await pathsIn(path, 2)).toEqual(['src/a.sql', 'src/jobs.ts']);
  expect(await pathsIn(join(path, 'nowhere'))).toEqual([]);
});

test('what it uses of sessions is named with file and line', async () => {
  const { path } = await createWorkspace({
    'src/jobs.ts': `import { client } from './db.ts';\nawait client.query('LISTEN jobs');\n`,
    'src/lock.py': `cursor.execute("SELECT pg_advisory_lock(1)")\n`,
  });
  const uses = [];
  for await (const { path: file, text } of readSourceFiles(path, SOURCE_EXTENSIONS, 100, never))
    uses.push(...usesOfSource(file, findSessionUses(text, file.slice(file.lastIndexOf('.')))));
  expect(uses).toEqual([
    { feature: 'listen', name: 'jobs', certain: true, where: 'src/jobs.ts:2' },
    { feature: 'advisory-lock', name: null, certain: true, where: 'src/lock.py:1' },
  ]);
});

test('looking around ends with the signal', async () => {
  const { path } = await createWorkspace({ 'src/a.ts': '' });
  const files = readSourceFiles(path, SOURCE_EXTENSIONS, 100, AbortSignal.abort(new Error('enough')));
  await expect(files.next()).rejects.toThrow('enough');
});
