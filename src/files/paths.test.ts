import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { discoverTaskFiles, resolveTaskPath } from './discover.ts';
import { findRepositoryRoot, resolveWritable } from './root.ts';
import { writeFileDurably } from './write.ts';

let root = '';

beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'pitstop-paths-')));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function make(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), '');
  }
}

describe('writeFileDurably', () => {
  test('makes folders, replaces, keeps the mode', async () => {
    const file = path.join(root, 'a/b/c.sql');
    await writeFileDurably(file, 'SELECT 1;\n');
    await chmod(file, 0o600);
    await writeFileDurably(file, 'SELECT 2;\n');
    expect(await readFile(file, 'utf8')).toBe('SELECT 2;\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(path.dirname(file))).toEqual(['c.sql']);
  });

  test('writes through a link to a file that is not there yet', async () => {
    await symlink('target.txt', path.join(root, 'link.txt'));
    await writeFileDurably(path.join(root, 'link.txt'), 'x');
    expect(await readFile(path.join(root, 'target.txt'), 'utf8')).toBe('x');
  });

  test('says which file cannot be written', async () => {
    await make('a');
    await chmod(path.join(root, 'a'), 0o444);
    await expect(writeFileDurably(path.join(root, 'a'), 'x')).rejects.toMatchObject({
      code: 'permission-denied',
    });
  });
});

describe('findRepositoryRoot', () => {
  test('T2: the nearest .git, else the nearest package.json, else the folder', async () => {
    await make('repo/.git/HEAD', 'repo/packages/a/package.json', 'repo/packages/a/src/x.ts');
    const inside = path.join(root, 'repo/packages/a/src');
    expect(await findRepositoryRoot(inside)).toBe(path.join(root, 'repo'));
    await rm(path.join(root, 'repo/.git'), { recursive: true });
    expect(await findRepositoryRoot(inside)).toBe(path.join(root, 'repo/packages/a'));
    await rm(path.join(root, 'repo/packages/a/package.json'));
    expect(await findRepositoryRoot(inside)).toBe(inside);
  });

  test('.git may be a file, as in a worktree', async () => {
    await make('tree/.git', 'tree/a/b');
    expect(await findRepositoryRoot(path.join(root, 'tree/a'))).toBe(path.join(root, 'tree'));
  });
});

describe('resolveWritable', () => {
  const allowed = ['migrations', 'docs/', 'src/database'];

  test.each(['migrations/1.sql', 'docs/performance/1.md', './migrations/x/y/z.sql', 'src/database/pool.ts'])(
    'allows %s',
    async (file) => {
      expect(await resolveWritable(root, file, allowed)).toBe(path.resolve(root, file));
    },
  );

  test.each([
    'src/app.ts',
    'migrations/../src/app.ts',
    '../elsewhere.sql',
    '/etc/passwd',
    'migrations',
    'migrations-2/1.sql',
    '',
  ])('refuses %j', async (file) => {
    await expect(resolveWritable(root, file, allowed)).rejects.toMatchObject({ code: 'write-outside' });
  });

  test('symlinks do not lead out', async () => {
    await make('src/app.ts', 'migrations/1.sql', 'elsewhere/x');
    await symlink('../src/app.ts', path.join(root, 'migrations/app.sql'));
    await symlink('../elsewhere', path.join(root, 'migrations/folder'));
    await symlink('../src/new.ts', path.join(root, 'migrations/dangling.sql'));
    await symlink('src', path.join(root, 'docs'));
    for (const file of [
      'migrations/app.sql',
      'migrations/folder/x',
      'migrations/folder/new',
      'migrations/dangling.sql',
      'docs/a.md',
    ]) {
      await expect(resolveWritable(root, file, allowed)).rejects.toMatchObject({ code: 'write-outside' });
    }
    await symlink('1.sql', path.join(root, 'migrations/2.sql'));
    expect(await resolveWritable(root, 'migrations/2.sql', allowed)).toBe(
      path.join(root, 'migrations/1.sql'),
    );
  });

  test('a root that is itself reached through a link', async () => {
    await make('real/migrations/1.sql');
    await symlink('real', path.join(root, 'alias'));
    expect(await resolveWritable(path.join(root, 'alias'), 'migrations/2.sql', allowed)).toBe(
      path.join(root, 'real/migrations/2.sql'),
    );
  });
});

describe('discoverTaskFiles', () => {
  test('T3: finds the names that people write', async () => {
    await make(
      'tasks/tasks-0002-database-performance.md',
      'tasks/tasks-0001-db-performance.md',
      'tasks/tasks-0003-database-queries.md',
    );
    await make('tasks/tasks-0001-frontend.md', 'tasks/notes.md', 'tasks-0009-database-performance.md');
    const names = (await discoverTaskFiles(root)).map((file) => path.basename(file));
    expect(names).toEqual([
      'tasks-0001-db-performance.md',
      'tasks-0002-database-performance.md',
      'tasks-0003-database-queries.md',
    ]);
  });

  test('T3: none, and no folder', async () => {
    expect(await discoverTaskFiles(root)).toEqual([]);
    await make('tasks/readme.md');
    expect(await discoverTaskFiles(root)).toEqual([]);
  });

  test('T3: several for one id are listed', async () => {
    await make('tasks/tasks-0001-database-performance.md', 'tasks/tasks-0001-db-performance.md');
    await expect(discoverTaskFiles(root)).rejects.toMatchObject({
      code: 'task-file-ambiguous',
      candidates: ['tasks/tasks-0001-database-performance.md', 'tasks/tasks-0001-db-performance.md'],
    });
  });
});

describe('resolveTaskPath', () => {
  test('T1: /tasks/x.md means the repository where the file system has no such file', async () => {
    await make('tasks/a.md');
    expect(await resolveTaskPath(root, '/tasks/a.md')).toBe(path.join(root, 'tasks/a.md'));
    expect(await resolveTaskPath(root, '/tasks/new.md')).toBe(path.join(root, 'tasks/new.md'));
    expect(await resolveTaskPath(root, path.join(root, 'tasks/a.md'))).toBe(path.join(root, 'tasks/a.md'));
    expect(await resolveTaskPath(root, 'tasks/a.md')).toBe(path.resolve('tasks/a.md'));
    expect(await resolveTaskPath(root, '/nowhere/a.md')).toBe('/nowhere/a.md');
  });
});
