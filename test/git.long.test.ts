import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PitstopError } from '../src/errors.ts';
import { commitItem, type Committed, type ItemCommit } from '../src/git/commit-item.ts';
import { openGit, type Repository } from '../src/git/git.ts';
import { readHeadText } from '../src/git/head-text.ts';
import { openBranch } from '../src/git/open-branch.ts';
import { describePush, pushBranch } from '../src/git/push.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const TASKS = 'tasks/tasks-0001-database-performance.md';
const BRANCH = 'pitstop/tasks-0001-database-performance';
const TEXT = '# Tasks\n\n- [ ] 1.1 One\n- [ ] 1.2 Two\n';
const DONE = '# Tasks\n\n- [x] 1.1 One\n- [ ] 1.2 Two\n';

async function folder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'pitstop-git-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

interface Place extends Workspace {
  readonly repository: Repository;
  /** Git as the user calls it, with the user's own configuration. */
  readonly user: (...args: string[]) => Promise<string>;
  readonly home: string;
}

/** A repository with a task file, and a user with a home. */
async function place(
  files: Readonly<Record<string, string>> = {},
  more: Partial<Repository> = {},
): Promise<Place> {
  const workspace = await createWorkspace({ [TASKS]: TEXT, 'other.txt': 'a\n', ...files });
  const home = await folder();
  const env = { PATH: process.env['PATH'], HOME: home, ...more.env };
  const repository = { root: workspace.path, signal: new AbortController().signal, ...more, env };
  const user = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: workspace.path, env: { PATH: env.PATH, HOME: home } }))
      .stdout;
  return { ...workspace, repository, user, home };
}

const item = (more: Partial<ItemCommit> = {}): ItemCommit => ({
  branch: BRANCH,
  files: [{ path: TASKS, text: DONE }],
  deleted: [],
  message: 'Prove 1.1\n\nWith numbers.\n',
  ...more,
});

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error('it worked'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PitstopError)) throw new Error('no refusal', { cause: error });
  expect(error.hint).toBeTruthy();
  return `${error.code}: ${error.message}`;
}

const head = async ({ git }: Workspace) => (await git('rev-parse', 'HEAD')).trim();
const status = ({ git }: Workspace) => git('status', '--porcelain', '--untracked-files=all');
const shown = async ({ git }: Workspace, path: string) => git('show', `HEAD:${path}`);

/** A program that leaves a trace when it is run. */
async function trap(path: string, rest = 'exit 1'): Promise<() => Promise<boolean>> {
  const sprung = join(await folder(), 'sprung');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "$0" >> '${sprung}'\n${rest}\n`);
  await chmod(path, 0o755);
  return () =>
    access(sprung).then(
      () => true,
      () => false,
    );
}

describe('the branch', () => {
  test('N1, N2: is created from HEAD, and work tree and index stay as they are', async () => {
    const repo = await place();
    await repo.write('other.txt', 'staged\n');
    await repo.git('add', 'other.txt');
    await repo.write('other.txt', 'changed again\n');
    await repo.write('new.txt', 'new\n');
    const before = { status: await status(repo), head: await head(repo) };
    expect(await openBranch(repo.repository, TASKS)).toEqual({
      branch: BRANCH,
      from: 'main',
      how: 'created',
    });
    expect({ status: await status(repo), head: await head(repo) }).toEqual(before);
    expect(await repo.git('symbolic-ref', 'HEAD')).toBe(`refs/heads/${BRANCH}\n`);
    expect(await openBranch(repo.repository, TASKS)).toEqual({
      branch: BRANCH,
      from: BRANCH,
      how: 'continued',
    });
  });

  test('N2: is gone on with where it exists', async () => {
    const repo = await place();
    await openBranch(repo.repository, TASKS);
    await repo.write(TASKS, DONE);
    await commitItem(repo.repository, item());
    await repo.git('switch', '--quiet', 'main');
    await repo.write('other.txt', 'in the way\n');
    expect(await openBranch(repo.repository, TASKS)).toEqual({
      branch: BRANCH,
      from: 'main',
      how: 'switched',
    });
    expect(await repo.read(TASKS)).toBe(DONE);
    expect(await repo.read('other.txt')).toBe('in the way\n');
  });

  test('N2: where git does not switch, nothing happens', async () => {
    const repo = await place();
    await openBranch(repo.repository, TASKS);
    await repo.write('other.txt', 'theirs\n');
    await commitItem(repo.repository, item({ files: [{ path: 'other.txt', text: 'theirs\n' }] }));
    await repo.git('switch', '--quiet', 'main');
    await repo.write('other.txt', 'mine\n');
    expect(await refusal(openBranch(repo.repository, TASKS))).toMatch(/^git-not-ready: The branch .* exists/);
    expect(await repo.read('other.txt')).toBe('mine\n');
    expect(await repo.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main\n');
  });

  test('a branch named pitstop leaves no room for one', async () => {
    const repo = await place();
    await repo.git('branch', 'pitstop');
    expect(await refusal(openBranch(repo.repository, TASKS))).toMatch(
      /^git-not-ready: .*cannot be created: .*pitstop/,
    );
  });

  const CONFLICT = async ({ git, write }: Place, how: (...args: string[]) => Promise<unknown>) => {
    await git('switch', '--quiet', '--create', 'side');
    await write('other.txt', 'b\n');
    await git('commit', '--quiet', '--all', '--message', 'b');
    await git('switch', '--quiet', 'main');
    await write('other.txt', 'c\n');
    await git('commit', '--quiet', '--all', '--message', 'c');
    await how().catch(() => undefined);
  };

  test.each<[what: string, prepare: (repo: Place) => Promise<unknown>, message: RegExp]>([
    ['a merge', (repo) => CONFLICT(repo, () => repo.git('merge', 'side')), /a merge in progress/],
    ['a rebase', (repo) => CONFLICT(repo, () => repo.git('rebase', 'side')), /a rebase in progress/],
    [
      'a cherry-pick',
      (repo) => CONFLICT(repo, () => repo.git('cherry-pick', 'side')),
      /a cherry-pick in progress/,
    ],
    [
      'a stash with conflicts',
      (repo) =>
        CONFLICT(repo, async () => {
          await repo.write('other.txt', 'd\n');
          await repo.git('stash');
          await repo.git('reset', '--quiet', '--hard', 'side');
          await repo.git('stash', 'pop');
        }),
      /conflicts that are not resolved/,
    ],
    ['a bisect', ({ git }) => git('bisect', 'start'), /a bisect in progress/],
    ['an edited task file', ({ write }) => write(TASKS, `${TEXT}more\n`), /changes that are not committed/],
    [
      'a staged task file',
      async ({ write, git }) => {
        await write(TASKS, `${TEXT}more\n`);
        await git('add', TASKS);
        await write(TASKS, TEXT);
      },
      /changes that are not committed/,
    ],
    [
      'a task file that is not in git',
      ({ git }) =>
        git('rm', '--quiet', '--cached', TASKS).then(() => git('commit', '--quiet', '--message', 'out')),
      /not in the last commit/,
    ],
    [
      'a task file that is a link',
      async ({ git, path, write }) => {
        await write('real.md', TEXT);
        await unlink(join(path, TASKS));
        await symlink('../real.md', join(path, TASKS));
        await git('add', '--all');
        await git('commit', '--quiet', '--message', 'link');
      },
      /is a link/,
    ],
    [
      'no author',
      async ({ git }) => {
        await git('config', '--unset', 'user.email');
      },
      /no author/,
    ],
    [
      'no commit',
      async ({ git }) => {
        await git('update-ref', '-d', 'HEAD');
      },
      /no commit yet/,
    ],
    [
      'another work tree',
      async ({ git }) => git('config', 'core.worktree', await folder()),
      /top is .*, not/,
    ],
    ['no repository', ({ path }) => rm(join(path, '.git'), { recursive: true }), /no work tree/],
    ['a bare repository', ({ git }) => git('config', 'core.bare', 'true'), /no work tree/],
  ])('N1: not with %s', async (_, prepare, message) => {
    const repo = await place();
    await prepare(repo);
    expect(await refusal(openBranch(repo.repository, TASKS))).toMatch(message);
    const branch = repo.git('rev-parse', '--verify', '--quiet', `refs/heads/${BRANCH}`);
    expect(await branch.catch(() => 'none')).toBe('none');
  });

  test('an author in the environment is one', async () => {
    const env = {
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@x',
      GIT_COMMITTER_NAME: 'C',
      GIT_COMMITTER_EMAIL: 'c@x',
    };
    const repo = await place({}, { env });
    await repo.git('config', '--remove-section', 'user');
    await openBranch(repo.repository, TASKS);
    await commitItem(repo.repository, item());
    expect(await repo.git('log', '-1', '--format=%ae %ce')).toBe('a@x c@x\n');
  });
});

async function opened(
  files: Readonly<Record<string, string>> = {},
  more: Partial<Repository> = {},
): Promise<Place> {
  const repo = await place(files, more);
  await openBranch(repo.repository, TASKS);
  return repo;
}

describe('a commit', () => {
  test('N3: has exactly the given files; what else is staged, changed or new stays so', async () => {
    const repo = await opened({
      'gone.sql': 'x\n',
      'staged.txt': '1\n',
      'renamed.txt': 'long enough to be found again\n',
      'kept/run.sh': 'x\n',
    });
    await repo.write('staged.txt', '2\n');
    await repo.git('add', 'staged.txt');
    await repo.write('staged.txt', '3\n');
    await repo.git('mv', 'renamed.txt', 'moved.txt');
    await repo.write('other.txt', 'changed\n');
    await repo.write('new.txt', 'new\n');
    await repo.write('intended.txt', 'i\n');
    await repo.git('add', '--intent-to-add', 'intended.txt');
    const elsewhere = await status(repo);
    const parent = await head(repo);
    // As a run leaves them, and a person who edits the other item meanwhile.
    await repo.write(TASKS, DONE.replace('1.2 Two', '1.2 Two, by a person'));
    await repo.write('migrations/1_a.up.sql', 'CREATE INDEX;\n');
    await unlink(join(repo.path, 'gone.sql'));

    const files = [
      { path: TASKS, text: DONE },
      { path: 'migrations/1_a.up.sql', text: 'CREATE INDEX;\n' },
    ];
    const made = await commitItem(repo.repository, item({ files, deleted: ['gone.sql', 'never-was.sql'] }));

    const paths = ['gone.sql', 'migrations/1_a.up.sql', TASKS];
    expect(made).toEqual({ commit: await head(repo), paths, ignored: [] });
    expect(await repo.git('show', '--format=', '--name-status', 'HEAD')).toBe(
      'D\tgone.sql\nA\tmigrations/1_a.up.sql\nM\ttasks/tasks-0001-database-performance.md\n',
    );
    expect(await repo.git('log', '--format=%P %an %ae%n%B', '-1')).toBe(
      `${parent} Test test@example.com\nProve 1.1\n\nWith numbers.\n\n`,
    );
    expect(await shown(repo, TASKS)).toBe(DONE);
    expect((await status(repo)).split('\n').toSorted()).toEqual(
      [...elsewhere.split('\n'), ` M ${TASKS}`].toSorted(),
    );
    expect(await repo.git('show', ':staged.txt')).toBe('2\n');
    expect(await repo.git('reflog', '-1', '--format=%gs', 'HEAD')).toBe('commit: Prove 1.1\n');
    await repo.git('fsck', '--strict', '--no-dangling');
  });

  test('N3: a person’s commit afterwards has the person’s changes and no more', async () => {
    const repo = await opened();
    await repo.write('other.txt', 'person\n');
    await repo.git('add', 'other.txt');
    await commitItem(repo.repository, item());
    await repo.git('commit', '--quiet', '--message', 'Person');
    expect(await repo.git('show', '--format=', '--name-only', 'HEAD')).toBe('other.txt\n');
  });

  test('N3: files that are as given already are no commit', async () => {
    const repo = await opened();
    const before = await head(repo);
    expect(await commitItem(repo.repository, item({ files: [{ path: TASKS, text: TEXT }] }))).toBeNull();
    expect(await head(repo)).toBe(before);
  });

  test('N3: names are names, no patterns and no options', async () => {
    const names = ['*.md', '-x', ':(top)y', 'a b/ü\tc.sql', '"quoted"', 'back\\slash', 'new\nline'];
    const repo = await opened({ 'a.md': 'a\n', y: 'y\n' });
    await repo.write('a.md', 'changed\n');
    await repo.write('y', 'changed\n');
    for (const name of names) await repo.write(name, name);
    const made = await commitItem(
      repo.repository,
      item({ files: names.map((path) => ({ path, text: path })) }),
    );
    expect(made?.paths.toSorted()).toEqual(names.toSorted());
    const listed = await repo.git('show', '--format=', '--name-only', '-z', 'HEAD');
    expect(listed.split('\0').filter(Boolean).toSorted()).toEqual(names.toSorted());
    expect(await status(repo)).toBe(' M a.md\n M y\n');
  });

  test.each(['../x', '/etc/x', 'a/../../x', '.git/config', 'a/.GIT/x', '', '.', 'a//b', './a'])(
    'not of %j',
    async (path) => {
      const repo = await opened();
      expect(await refusal(commitItem(repo.repository, item({ files: [{ path, text: '' }] })))).toMatch(
        /^write-outside/,
      );
    },
  );

  test('N3: an ignored file is left out and named, unless it is in git already', async () => {
    const repo = await opened({ '.gitignore': '*.json\n' });
    await repo.write('known.json', '1');
    await repo.git('add', '--force', 'known.json');
    await repo.git('commit', '--quiet', '--message', 'known');
    await repo.write('docs/new.json', DONE);
    const files = ['known.json', 'docs/new.json', TASKS].map((path) => ({ path, text: DONE }));
    const made = await commitItem(repo.repository, item({ files }));
    expect(made).toMatchObject({ paths: ['known.json', TASKS], ignored: ['docs/new.json'] });
  });

  test('modes stay', async () => {
    const repo = await place({ 'run.sh': 'a\n' });
    await chmod(join(repo.path, 'run.sh'), 0o755);
    await repo.git('commit', '--quiet', '--all', '--message', 'mode');
    await openBranch(repo.repository, TASKS);
    await commitItem(repo.repository, item({ files: [{ path: 'run.sh', text: 'b\n' }] }));
    expect(await repo.git('ls-tree', 'HEAD', 'run.sh')).toMatch(/^100755 /);
  });

  test('N4: where something else is staged for one of its files, there is none', async () => {
    const repo = await opened();
    await repo.write(TASKS, TEXT.replace('Two', 'Two, staged'));
    await repo.git('add', TASKS);
    const before = [await head(repo), await repo.git('ls-files', '--stage')];
    expect(await refusal(commitItem(repo.repository, item()))).toMatch(
      /^git-not-ready: The index does not take .*: Entry '.*' would be overwritten/,
    );
    expect([await head(repo), await repo.git('ls-files', '--stage')]).toEqual(before);
  });

  test('N4: not on another branch', async () => {
    const repo = await opened();
    await repo.git('switch', '--quiet', 'main');
    expect(await refusal(commitItem(repo.repository, item()))).toMatch(/is not checked out any more/);
  });

  test('N4: not in a submodule, and not through a link', async () => {
    const inner = await createWorkspace({ x: 'x' });
    const repo = await place();
    await repo.git(
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      inner.path,
      'migrations',
    );
    await symlink('tasks', join(repo.path, 'linked'));
    await repo.git('add', '--all');
    await repo.git('commit', '--quiet', '--message', 'sub');
    await openBranch(repo.repository, TASKS);
    const before = [await head(repo), await repo.git('ls-files', '--stage')];
    for (const path of ['migrations/a.sql', 'linked/a.md', 'linked', 'migrations'])
      expect(await refusal(commitItem(repo.repository, item({ files: [{ path, text: 'x' }] })))).toMatch(
        /^git-not-ready/,
      );
    expect([await head(repo), await repo.git('ls-files', '--stage')]).toEqual(before);
    expect(await commitItem(repo.repository, item())).toMatchObject({ paths: [TASKS] });
  });

  test('in a linked work tree', async () => {
    const repo = await place();
    const tree = join(await folder(), 'linked');
    await repo.git('worktree', 'add', '--quiet', tree);
    const linked = { ...repo.repository, root: tree };
    expect(await openBranch(linked, TASKS)).toMatchObject({ how: 'created' });
    expect(await commitItem(linked, item())).toMatchObject({ paths: [TASKS] });
    expect(await repo.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main\n');
    expect(await repo.git('show', `${BRANCH}:${TASKS}`)).toBe(DONE);
    expect(await repo.git('-C', tree, 'status', '--porcelain')).toBe(` M ${TASKS}\n`);
  });

  test.each([
    ['a cone', ['set', '--cone', 'tasks']],
    ['a sparse index', ['set', '--cone', '--sparse-index', 'tasks']],
    ['patterns', ['set', '--no-cone', '/tasks/']],
  ])('in a sparse checkout with %s, inside and outside of it', async (_, sparse) => {
    const repo = await place({ 'big/a.txt': 'a\n', 'big/b.txt': 'b\n', 'docs/performance/old.json': '1\n' });
    await repo.git('sparse-checkout', ...sparse);
    await openBranch(repo.repository, TASKS);
    const files = [
      { path: TASKS, text: DONE },
      { path: 'docs/performance/old.json', text: '2\n' },
      { path: 'migrations/a.sql', text: 'a\n' },
    ];
    for (const { path, text } of files) await repo.write(path, text);
    expect(await commitItem(repo.repository, item({ files }))).toMatchObject({
      paths: files.map(({ path }) => path).toSorted(),
    });
    expect(await repo.git('show', '--format=', '--name-only', 'HEAD')).toBe(
      'docs/performance/old.json\nmigrations/a.sql\ntasks/tasks-0001-database-performance.md\n',
    );
    expect(await status(repo)).toBe('');
    await expect(access(join(repo.path, 'big/a.txt'))).rejects.toThrow('ENOENT');
  });
});

describe('the committed bytes are those that git add would make', () => {
  const LF = 'one\ntwo\n';
  const CRLF = 'one\r\ntwo\r\n';
  const cases: [
    name: string,
    config: Record<string, string>,
    attributes: string,
    committed: string,
    text: string,
  ][] = [
    ['as they are', {}, '', LF, DONE],
    ['CRLF without attributes', {}, '', CRLF, `${CRLF}three\r\n`],
    ['autocrlf', { 'core.autocrlf': 'true' }, '', LF, `${CRLF}three\r\n`],
    ['autocrlf, CRLF committed', { 'core.autocrlf': 'false' }, '* text=auto\n', CRLF, `${CRLF}three\r\n`],
    ['autocrlf=input', { 'core.autocrlf': 'input' }, '', LF, `${CRLF}three\r\n`],
    ['eol=crlf', {}, '*.md text eol=crlf\n', LF, `${CRLF}three\r\n`],
    ['eol=lf', {}, '*.md text eol=lf\n', LF, `${LF}three\n`],
    ['-text', { 'core.autocrlf': 'true' }, '*.md -text\n', CRLF, `${CRLF}three\r\n`],
    ['ident', {}, '*.md ident\n', '$Id$\n', '$Id$\nmore\n'],
    ['a byte order mark', {}, '', `\uFEFF${LF}`, `\uFEFF${LF}three\n`],
  ];
  test.each(cases)('N5: %s', async (_, config, attributes, committed, text) => {
    const [ours, theirs] = await Promise.all(
      [0, 1].map(async () => {
        const repo = await place({ '.gitattributes': attributes });
        await writeFile(join(repo.path, TASKS), committed);
        // Committed before the setting that converts: such repositories exist.
        await repo.git('-c', 'core.autocrlf=false', '-c', 'core.attributesFile=/dev/null', 'add', TASKS);
        const blob = (await repo.git('hash-object', '-w', '--no-filters', TASKS)).trim();
        await repo.git('update-index', '--cacheinfo', `100644,${blob},${TASKS}`);
        await repo.git('commit', '--quiet', '--allow-empty', '--message', 'text');
        for (const [key, value] of Object.entries(config)) await repo.git('config', key, value);
        await unlink(join(repo.path, TASKS));
        await repo.git('checkout', '--quiet', 'HEAD', '--', TASKS);
        return repo;
      }),
    );
    if (ours === undefined || theirs === undefined) throw new Error('two');
    expect(await readHeadText(ours.repository, TASKS)).toBe(await ours.read(TASKS));
    await ours.git('switch', '--quiet', '--create', BRANCH);
    await commitItem(ours.repository, item({ files: [{ path: TASKS, text }] }));
    await theirs.write(TASKS, text);
    await theirs.git('add', TASKS);
    await theirs.git('commit', '--quiet', '--message', 'theirs');
    expect(await ours.git('rev-parse', 'HEAD^{tree}')).toBe(await theirs.git('rev-parse', 'HEAD^{tree}'));
    await ours.write(TASKS, text);
    expect(await status(ours)).toBe('');
  });

  test('N5: a filter of the user’s own configuration is applied', async () => {
    const repo = await place({ '.gitattributes': '*.md filter=upper\n' });
    await repo.user('config', '--global', 'filter.upper.clean', 'tr a-z A-Z');
    await repo.user('config', '--global', 'filter.upper.smudge', 'tr A-Z a-z');
    await repo.write(TASKS, TEXT);
    await repo.user('add', TASKS);
    await repo.user('commit', '--quiet', '--message', 'filtered');
    await openBranch(repo.repository, TASKS);
    expect(await readHeadText(repo.repository, TASKS)).toBe(TEXT.toLowerCase());
    await commitItem(repo.repository, item());
    expect(await shown(repo, TASKS)).toBe(DONE.toUpperCase());
  });

  test('what HEAD does not have is null', async () => {
    expect(await readHeadText((await place()).repository, 'nothing.md')).toBeNull();
  });
});

describe('what the repository would run', () => {
  const HOOKS = [
    'pre-commit',
    'prepare-commit-msg',
    'commit-msg',
    'post-commit',
    'post-checkout',
    'post-index-change',
    'reference-transaction',
    'pre-auto-gc',
    'post-rewrite',
  ];

  test.each(['.git/hooks', '.husky'])(
    'N6: hooks in %s and the file system monitor are not run',
    async (place_) => {
      const repo = await place();
      const traps = await Promise.all(HOOKS.map((name) => trap(join(repo.path, place_, name))));
      traps.push(await trap(join(repo.path, 'monitor')));
      if (place_ !== '.git/hooks') await repo.git('config', 'core.hooksPath', place_);
      await repo.git('config', 'core.fsmonitor', join(repo.path, 'monitor'));
      await repo.git('config', 'gc.auto', '1');
      await openBranch(repo.repository, TASKS);
      await commitItem(repo.repository, item());
      await repo.git('symbolic-ref', 'HEAD', 'refs/heads/main').catch(() => undefined);
      expect(await Promise.all(traps.map((sprung) => sprung()))).toEqual(traps.map(() => false));
      expect(await repo.git('rev-parse', BRANCH)).not.toBe(await repo.git('rev-parse', 'main'));
    },
  );

  test('N6: a filter of the repository’s configuration is refused, not run', async () => {
    const repo = await place({ '.gitattributes': '*.md filter=evil\n*.sql filter=evil\n' });
    const sprung = await trap(join(repo.path, 'evil.sh'), 'cat');
    const included = join(repo.path, 'more.config');
    await writeFile(included, `[filter "evil"]\n\tclean = ${join(repo.path, 'evil.sh')}\n`);
    await repo.git('config', 'include.path', included);
    expect(await refusal(openBranch(repo.repository, TASKS))).toMatch(
      /^git-not-ready: .*filter\.evil\.clean/,
    );
    await repo.git('switch', '--quiet', '--create', BRANCH);
    const files = [{ path: 'a.sql', text: 'x' }];
    expect(await refusal(commitItem(repo.repository, item({ files })))).toMatch(/filter\.evil\.clean/);
    expect(await refusal(readHeadText(repo.repository, TASKS))).toMatch(/filter\.evil\.clean/);
    expect(await sprung()).toBe(false);
    expect(
      await commitItem(repo.repository, item({ files: [{ path: 'a.json', text: 'x' }] })),
    ).not.toBeNull();
  });

  test('N6: nothing of the environment points git elsewhere, and a git in the repository is not taken', async () => {
    const evil = await folder();
    const sprung = await trap(join(evil, 'pre-commit'));
    const env = {
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/nowhere',
      GIT_INDEX_FILE: '/nowhere/index',
      GIT_OBJECT_DIRECTORY: '/nowhere',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'Mallory',
      GIT_CONFIG_GLOBAL: '/nowhere',
      GIT_AUTHOR_DATE: '1999-01-01T00:00:00Z',
      GIT_EXTERNAL_DIFF: join(evil, 'pre-commit'),
      EDITOR: join(evil, 'pre-commit'),
      PAGER: join(evil, 'pre-commit'),
    };
    const repo = await place({}, { env });
    const planted = await trap(join(repo.path, 'bin/git'));
    const PATH = `${join(repo.path, 'bin')}:${process.env['PATH']}`;
    const repository = { ...repo.repository, env: { ...repo.repository.env, PATH } };
    await openBranch(repository, TASKS);
    await commitItem(repository, item());
    expect([await sprung(), await planted()]).toEqual([false, false]);
    expect(await repo.git('log', '-1', '--format=%an')).toBe('Test\n');
    expect(await repo.git('log', '-1', '--format=%ad')).not.toContain('1999');
  });

  test.each([
    ['-c', 'core.sshCommand=touch x', 'status'],
    ['-c', 'core.pager=touch x', 'status'],
    ['push', '--receive-pack=touch x', 'origin'],
    ['--exec-path=/nowhere', 'status'],
  ])('the library’s own guards stay: %s %s', async (...args) => {
    const git = await openGit((await place()).repository);
    await expect(git(...args)).rejects.toThrow('is not permitted');
  });
});

describe('signatures', () => {
  async function signing(): Promise<Place & { key: string }> {
    const repo = await opened();
    const key = join(repo.home, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    await repo.user('config', '--global', 'commit.gpgSign', 'true');
    await repo.user('config', '--global', 'gpg.format', 'ssh');
    await repo.user('config', '--global', 'user.signingKey', `${key}.pub`);
    return { ...repo, key };
  }

  test('N7: a user who signs commits signs these too', async () => {
    const repo = await signing();
    await commitItem(repo.repository, item());
    expect(await repo.git('cat-file', 'commit', 'HEAD')).toContain('-----BEGIN SSH SIGNATURE-----');
    await repo.user('config', '--global', 'commit.gpgSign', 'false');
    await commitItem(repo.repository, item({ files: [{ path: TASKS, text: TEXT }] }));
    expect(await repo.git('cat-file', 'commit', 'HEAD')).not.toContain('SIGNATURE');
  });

  test('N7: without the key there is no commit', async () => {
    const repo = await signing();
    await unlink(repo.key);
    const before = [await head(repo), await repo.git('ls-files', '--stage')];
    expect(await refusal(commitItem(repo.repository, item()))).toMatch(
      /^git-not-ready: The commit cannot be signed/,
    );
    expect([await head(repo), await repo.git('ls-files', '--stage')]).toEqual(before);
  });

  test('N7: a program that waits for a passphrase is not waited for', async () => {
    const repo = await signing();
    const slow = join(repo.home, 'slow.sh');
    await writeFile(slow, '#!/bin/sh\nexec sleep 20\n');
    await chmod(slow, 0o755);
    await repo.user('config', '--global', 'gpg.ssh.program', slow);
    const git = await openGit(repo.repository, { silenceMs: 500 });
    const tree = (await repo.git('rev-parse', 'HEAD^{tree}')).trim();
    expect(await refusal(git('commit-tree', '-S', '-m', 'x', tree))).toMatch(
      /^program-timeout: git commit-tree/,
    );
  });

  test('N6: the repository does not choose the program that signs', async () => {
    const repo = await signing();
    const sprung = await trap(join(repo.path, 'sign'));
    await repo.git('config', 'gpg.ssh.program', join(repo.path, 'sign'));
    expect(await refusal(commitItem(repo.repository, item()))).toMatch(/gpg\.ssh\.program/);
    expect(await sprung()).toBe(false);
  });
});

describe('a kill', () => {
  const SCRIPT = `
    import { commitItem } from ${JSON.stringify(new URL('../src/git/commit-item.ts', import.meta.url).href)};
    const { root, path, home, item } = JSON.parse(process.argv[2]);
    await commitItem({ root, env: { PATH: path, HOME: home }, signal: new AbortController().signal }, item);`;

  test('N8: at any call of git leaves no commit or the whole one, and an index that works', async () => {
    const repo = await place({ 'gone.sql': 'x\n' });
    await openBranch(repo.repository, TASKS);
    await repo.write('other.txt', 'staged\n');
    await repo.git('add', 'other.txt');
    const start = await head(repo);
    const tools = await folder();
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    // Its parent is the program under test, which dies right before the call with the wanted number. What the call
    // before that has left is what is there then.
    await writeFile(
      join(tools, 'git'),
      `#!/bin/sh
echo call >> '${tools}/calls'
[ "$(wc -l < '${tools}/calls')" -eq "$(cat '${tools}/fatal')" ] && kill -9 $PPID && exit 0
exec '${real}' "$@"
`,
    );
    await chmod(join(tools, 'git'), 0o755);
    await writeFile(join(tools, 'commit.mts'), SCRIPT);
    const files = [
      { path: TASKS, text: DONE },
      { path: 'migrations/a.sql', text: 'a\n' },
    ];
    const argument = JSON.stringify({
      root: repo.path,
      path: `${tools}:${process.env['PATH']}`,
      home: repo.home,
      item: item({ files, deleted: ['gone.sql'] }),
    });
    const attempt = async (fatal: number) => {
      await repo.git('update-ref', `refs/heads/${BRANCH}`, start);
      await repo.git('reset', '--quiet', 'HEAD');
      await repo.git('add', 'other.txt');
      await writeFile(join(tools, 'calls'), '');
      await writeFile(join(tools, 'fatal'), String(fatal));
      const args = ['--import', import.meta.resolve('tsx'), join(tools, 'commit.mts'), argument];
      const child = spawn(process.execPath, args, {
        stdio: 'inherit',
        env: { PATH: process.env['PATH'], TMPDIR: tools },
      });
      return once(child, 'exit');
    };
    const ends = new Set<string>();
    let fatal = 1;
    for (; (await attempt(fatal))[1] === 'SIGKILL'; fatal++) {
      const now = await head(repo);
      const whole = `1 D\tgone.sql\nA\tmigrations/a.sql\nM\t${TASKS}\n`;
      const count = (await repo.git('rev-list', '--count', `${start}..HEAD`)).trim();
      const changes = await repo.git('diff', '--name-status', '--no-renames', start, 'HEAD');
      expect(`${count} ${changes}`).toBe(now === start ? '0 ' : whole);
      const staged = await repo.git('diff', '--cached', '--name-only');
      const ours = `gone.sql\nmigrations/a.sql\nother.txt\n${TASKS}\n`;
      expect(now === start ? ['other.txt\n', ours] : ['other.txt\n']).toContain(staged);
      await repo.git('fsck', '--no-dangling');
      ends.add(`${now === start ? 'old' : 'new'} ${staged === ours ? 'all' : 'other'}`);
      // The next attempt gets through.
      await commitItem(repo.repository, item({ files, deleted: ['gone.sql'] }));
      expect(await repo.git('diff', '--cached', '--name-only')).toBe('other.txt\n');
    }
    expect(fatal).toBeGreaterThan(15);
    expect([...ends].toSorted()).toEqual(['new other', 'old all', 'old other']);
  }, 600_000);

  test('an interruption before is none of it; the branch that moves meanwhile takes the index back', async () => {
    const abort = new AbortController();
    const repo = await place({}, { signal: abort.signal });
    await openBranch(repo.repository, TASKS);
    const before = [await head(repo), await repo.git('ls-files', '--stage')];
    const reason = new Error('interrupted');
    const running = commitItem(repo.repository, item());
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect([await head(repo), await repo.git('ls-files', '--stage')]).toEqual(before);
  });

  test('N8: a branch that cannot be moved takes the index back', async () => {
    const repo = await opened();
    const before = [await head(repo), await repo.git('ls-files', '--stage')];
    await writeFile(join(repo.path, `.git/refs/heads/${BRANCH}.lock`), '');
    expect(await refusal(commitItem(repo.repository, item()))).toMatch(
      /^git-not-ready: The branch .* was changed/,
    );
    expect([await head(repo), await repo.git('ls-files', '--stage')]).toEqual(before);
  });

  test('N8: an index that stays locked is left alone', async () => {
    const repo = await opened();
    const before = await head(repo);
    await writeFile(join(repo.path, '.git/index.lock'), '');
    expect(await refusal(commitItem(repo.repository, item()))).toMatch(
      /^git-not-ready: The index .*index\.lock/,
    );
    expect(await head(repo)).toBe(before);
  });

  test('an index that is locked for a moment is waited for', async () => {
    const repo = await opened();
    const lock = join(repo.path, '.git/index.lock');
    await writeFile(lock, '');
    const running: Promise<Committed | null> = commitItem(repo.repository, item());
    setTimeout(() => void rm(lock, { force: true }), 700);
    expect(await running).not.toBeNull();
  });
});

describe('a push', () => {
  async function withRemote(): Promise<Place & { bare: string; remote: (...args: string[]) => string }> {
    const repo = await place();
    const bare = await folder();
    execFileSync('git', ['init', '--quiet', '--bare', bare]);
    await repo.git('remote', 'add', 'origin', bare);
    await repo.git('push', '--quiet', 'origin', 'main');
    await openBranch(repo.repository, TASKS);
    await commitItem(repo.repository, item());
    await commitItem(
      repo.repository,
      item({ files: [{ path: 'b.sql', text: 'b' }], message: 'Second\u202E one' }),
    );
    return {
      ...repo,
      bare,
      remote: (...args) => execFileSync('git', ['-C', bare, ...args], { encoding: 'utf8' }),
    };
  }

  test('N9: sends what was described: this branch, this commit, no tag', async () => {
    const repo = await withRemote();
    await repo.git('tag', '--annotate', '--message', 't', 'v1');
    await repo.git('config', 'push.followTags', 'true');
    await repo.git('switch', '--quiet', '--create', 'another');
    const description = await describePush(repo.repository, 'origin', BRANCH);
    const tip = (await repo.git('rev-parse', BRANCH)).trim();
    const first = (await repo.git('rev-parse', `${BRANCH}^`)).trim();
    expect(description).toEqual({
      remote: 'origin',
      url: repo.bare,
      branch: BRANCH,
      head: tip,
      commits: [
        { commit: tip, subject: 'Second  one' },
        { commit: first, subject: 'Prove 1.1' },
      ],
    });
    await pushBranch(repo.repository, description);
    expect(repo.remote('for-each-ref', '--format=%(refname) %(objectname)')).toBe(
      `refs/heads/main ${repo.remote('rev-parse', 'main').trim()}\nrefs/heads/${BRANCH} ${tip}\n`,
    );
    expect((await describePush(repo.repository, 'origin', BRANCH)).commits).toEqual([]);
  });

  test('N9: not when the branch or the remote is another by now', async () => {
    const repo = await withRemote();
    const description = await describePush(repo.repository, 'origin', BRANCH);
    await commitItem(repo.repository, item({ files: [{ path: 'c.sql', text: 'c' }] }));
    expect(await refusal(pushBranch(repo.repository, description))).toMatch(/not what was approved/);
    const again = await describePush(repo.repository, 'origin', BRANCH);
    const elsewhere = await folder();
    execFileSync('git', ['init', '--quiet', '--bare', elsewhere]);
    await repo.git('config', `url.${elsewhere}.pushInsteadOf`, repo.bare);
    expect(await refusal(pushBranch(repo.repository, again))).toMatch(/not what was approved/);
    expect(repo.remote('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n');
  });

  test('N9: never over somebody else’s commits', async () => {
    const repo = await withRemote();
    repo.remote(
      '-c',
      'user.name=X',
      '-c',
      'user.email=x@x',
      'update-ref',
      `refs/heads/${BRANCH}`,
      repo
        .remote('-c', 'user.name=X', '-c', 'user.email=x@x', 'commit-tree', '-m', 'theirs', 'main^{tree}')
        .trim(),
    );
    const theirs = repo.remote('rev-parse', BRANCH);
    await repo.git('config', 'remote.origin.push', '+refs/heads/*:refs/heads/*');
    const description = await describePush(repo.repository, 'origin', BRANCH);
    expect(await refusal(pushBranch(repo.repository, description))).toMatch(/was not pushed/);
    expect(repo.remote('rev-parse', BRANCH)).toBe(theirs);
  });

  test.each([
    ['https://ann:se%40cret@example.com/x.git', 'https://example.com/x.git'],
    ['https://token@example.com/x.git', 'https://example.com/x.git'],
    ['ssh://git@example.com:22/x.git', 'ssh://example.com:22/x.git'],
    ['git@example.com:x.git', 'git@example.com:x.git'],
  ])('N9: %s is shown as %s', async (url, expected) => {
    const repo = await opened();
    await repo.git('remote', 'add', 'origin', url);
    expect((await describePush(repo.repository, 'origin', BRANCH)).url).toBe(expected);
  });

  test('N6: the repository’s configuration and hooks run nothing', async () => {
    const repo = await withRemote();
    const sprung = await trap(join(repo.path, 'evil.sh'));
    const description = await describePush(repo.repository, 'origin', BRANCH);
    for (const key of [
      'core.sshCommand',
      'credential.helper',
      'credential.https://x.helper',
      'remote.origin.receivepack',
      'core.askPass',
    ]) {
      await repo.git('config', key, join(repo.path, 'evil.sh'));
      expect(await refusal(pushBranch(repo.repository, description))).toContain(key.toLowerCase());
      await repo.git('config', '--unset', key);
    }
    const hook = await trap(join(repo.path, '.git/hooks/pre-push'));
    expect(await refusal(pushBranch(repo.repository, description))).toMatch(/pre-push hook/);
    await unlink(join(repo.path, '.git/hooks/pre-push'));
    await repo.git('config', 'remote.origin.url', `ext::${join(repo.path, 'evil.sh')}`);
    await repo.git('config', 'protocol.ext.allow', 'always');
    expect(
      await refusal(pushBranch(repo.repository, await describePush(repo.repository, 'origin', BRANCH))),
    ).toMatch(/was not pushed.*ext/);
    expect([await sprung(), await hook()]).toEqual([false, false]);
    expect(repo.remote('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n');
  });

  test('not to a remote that nobody has named, nor a branch that is not there', async () => {
    const repo = await withRemote();
    expect(await refusal(describePush(repo.repository, 'upstream', BRANCH))).toMatch(/no remote upstream/);
    expect(await refusal(describePush(repo.repository, repo.bare, BRANCH))).toMatch(/no remote/);
    expect(await refusal(describePush(repo.repository, '--all', BRANCH))).toMatch(/no remote/);
    expect(await refusal(describePush(repo.repository, 'origin', 'nothing'))).toMatch(/no branch nothing/);
    await repo.git('remote', 'set-url', '--add', '--push', 'origin', '/a');
    await repo.git('remote', 'set-url', '--add', '--push', 'origin', '/b');
    expect(await refusal(describePush(repo.repository, 'origin', BRANCH))).toMatch(/several places/);
  });
});

test('reading is reading: the workspace has what it had', async () => {
  const repo = await opened();
  const before = await readFile(join(repo.path, '.git/index'));
  await readHeadText(repo.repository, TASKS);
  await openBranch(repo.repository, TASKS);
  expect(await readFile(join(repo.path, '.git/index'))).toEqual(before);
});
