import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test as base, vi } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import type { TestDatabase } from '../support/database.ts';
import { finished, run, runWith } from '../support/run.ts';
import { createSigner } from '../support/signer.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { runAtTerminal } from '../support/terminal.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

const BRANCH = 'pitstop/tasks-0001-database-performance';
const SLOW = queryItem('1.1', SLOW_QUERY);
const OTHER = queryItem('1.2', 'SELECT sku, amount FROM app.lines WHERE order_id = 4711');
const DROP =
  '- [ ] 1.3 Drop it\n  - **Index**: `app.orders_pkey`\n  - **Candidate**: `DROP INDEX app.orders_pkey`\n';

async function folder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'pitstop-commits-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const workspaceOf = (...items: readonly string[]) =>
  createWorkspace({ [TASK_FILE]: taskFile(...items), 'notes.txt': 'one\n', 'other.txt': 'one\n' });

const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const commits = async ({ git }: Workspace) =>
  lines(await git('log', '--reverse', '--format=%H', `main..${BRANCH}`));
const filesOf = async ({ git }: Workspace, commit = '') =>
  lines(await git('show', '--no-renames', '--name-only', '--format=', commit));
const messageOf = ({ git }: Workspace, commit = '') => git('show', '--no-patch', '--format=%B', commit);
const branches = async ({ git }: Workspace) =>
  lines(await git('branch', '--list', '--format=%(refname:short)'));
const status = ({ git }: Workspace) => git('status', '--porcelain', '--untracked-files=all');
const evidence = (name: string): unknown =>
  expect.stringMatching(new RegExp(`^docs/performance/tasks-0001-database-performance/${name}.*\\.json$`));

/** A folder for `PATH` whose git does something before the real one does its work. */
async function gitThat(does: string): Promise<string> {
  const path = await folder();
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
  await writeFile(join(path, 'git'), `#!/bin/sh\n${does}\nexec ${real} "$@"\n`);
  await chmod(join(path, 'git'), 0o755);
  return `${path}:${process.env['PATH']}`;
}

describe('--commit', () => {
  test('N10: one commit for each item, with its own files and nothing that lies around', async ({ app }) => {
    const workspace = await workspaceOf(SLOW, DROP);
    await workspace.write('notes.txt', 'two\n');
    await workspace.write('new.txt', 'new\n');
    await workspace.write('other.txt', 'two\n');
    await workspace.git('add', 'other.txt');
    const result = await run(workspace.path, app.url, '--commit');
    expect(result.code).toBe(4);
    expect(finished(result)).toMatchObject({ error: null });
    expect(finished(result).items.map(({ outcome }) => outcome)).toEqual(['proven', 'awaiting-approval']);

    const [first, second, ...more] = await commits(workspace);
    expect(more).toEqual([]);
    const [slow, drop] = finished(result).items;
    const [up = ''] = slow?.migrations ?? [];
    expect(await filesOf(workspace, first)).toEqual([
      evidence('1.1-'),
      up.replace('.up.', '.down.'),
      up,
      TASK_FILE,
    ]);
    expect(await filesOf(workspace, second)).toEqual([
      evidence('1.3-'),
      expect.stringMatching(/^migrations\/.*\.down\.sql$/),
      drop?.migrations[0],
      TASK_FILE,
    ]);
    expect(await messageOf(workspace, first)).toMatch(
      /^pitstop: 1\.1 Speed up 1\.1\n\nOutcome: proven \(gain\)\nReason: .*\nBefore: .* median .*\nAfter: .* as fast .*\nMigration: migrations\/.*\nEvidence: docs\/performance\/.*\n/,
    );
    expect(await messageOf(workspace, second)).toContain(`Request: ${drop?.request} waits for an approval`);
    const between = await workspace.git('show', `${first}:${TASK_FILE}`);
    expect(between).toContain('- [x] 1.1 ');
    expect(between).toContain('- [ ] 1.3 ');

    expect(await status(workspace)).toBe(' M notes.txt\nM  other.txt\n?? new.txt\n');
    expect(await workspace.git('branch', '--show-current')).toBe(`${BRANCH}\n`);
    const log = await workspace.read('.pitstop/audit.jsonl');
    expect(log).toContain(`"event":"committed","branch":"${BRANCH}","commit":"${first}"`);
  });

  test('N2, N10: another run goes on with the branch, also from another one', async ({ app }) => {
    const workspace = await workspaceOf(SLOW, OTHER);
    await run(workspace.path, app.url, '--commit', '--item', '1.1');
    expect(await commits(workspace)).toHaveLength(1);
    await workspace.git('switch', '--quiet', 'main');
    expect(await workspace.read(TASK_FILE)).toContain('- [ ] 1.1 ');

    const next = await run(workspace.path, app.url, '--commit');
    expect(finished(next).items.map(({ reason }) => reason?.code)).toEqual(['complete', 'gain']);
    expect(await commits(workspace)).toHaveLength(2);
    expect(await status(workspace)).toBe('');
  });

  test('N3, N10: a change that takes the place of another removes the files of that one', async ({ app }) => {
    await app.query('CREATE INDEX spare ON app.orders (status); CREATE INDEX other ON app.orders (note)');
    const drop = (index: string) => `- [ ] 1.1 Drop it\n  - **Candidate**: \`DROP INDEX app.${index}\`\n`;
    const workspace = await workspaceOf(drop('spare'));
    const first = await run(workspace.path, app.url, '--commit');
    const old = finished(first).items[0]?.migrations[0] ?? '';
    await workspace.write(TASK_FILE, (await workspace.read(TASK_FILE)).replace('app.spare', 'app.other'));
    await workspace.git('commit', '-qam', 'Ask for another');
    const second = await run(workspace.path, app.url, '--commit');
    const [now = ''] = finished(second).items[0]?.migrations ?? [];
    expect(now).not.toBe(old);
    const changes = await workspace.git('show', '--no-renames', '--name-status', '--format=', 'HEAD');
    expect(lines(changes)).toEqual(
      expect.arrayContaining([
        `D\t${old}`,
        `A\t${now}`,
        `M\t${TASK_FILE}`,
        expect.stringMatching(/^M\tdocs/),
      ]),
    );
    expect(await status(workspace)).toBe('');
  });

  test('N10: what was taken back is committed too, without its migrations', async ({ app }) => {
    const workspace = await workspaceOf(SLOW);
    const suite = `process.exitCode = (await import('node:fs')).existsSync('migrations') ? 1 : 0;`;
    await workspace.write('suite.mjs', suite);
    await workspace.write('pitstop.config.json', '{"tests": "node suite.mjs"}');
    await workspace.git('add', '--all');
    await workspace.git('commit', '-qm', 'Tests');
    const result = await run(workspace.path, app.url, '--commit');
    expect(finished(result).items[0]?.reason?.code).toBe('tests-failed');
    const [only] = await commits(workspace);
    expect(await filesOf(workspace, only)).toEqual([evidence('1.1-'), TASK_FILE]);
    expect(await messageOf(workspace, only)).toContain('Outcome: failed (tests-failed)');
    expect(await status(workspace)).toBe('');
  });

  test('N10: approve --commit commits what was approved', async ({ app }) => {
    await app.query('CREATE INDEX spare ON app.orders (status)');
    const workspace = await workspaceOf('- [ ] 1.1 Drop it\n  - **Candidate**: `DROP INDEX app.spare`\n');
    const [item] = finished(await run(workspace.path, app.url, '--commit')).items;
    const id = item?.request ?? '';
    const target = ['--database-url', app.url, '--environment', 'development'];
    const approved = await runAtTerminal(['approve', id, '--commit', ...target], {
      cwd: workspace.path,
      answers: [`development ${id.slice(0, 8)}\n`],
    });
    expect(approved.code).toBe(0);
    const all = await commits(workspace);
    expect(all).toHaveLength(2);
    expect(await messageOf(workspace, all[1])).toContain(`Approval: request ${id}, by `);
    expect(await status(workspace)).toBe('');
  });

  test('N3: what a person writes into the task file meanwhile stays uncommitted', async ({ app }) => {
    const workspace = await workspaceOf(SLOW, OTHER);
    let written = false;
    const result = await runWith(
      {
        cwd: workspace.path,
        killAfter: (line) => {
          if (!written && line.includes('building and measuring'))
            appendFileSync(join(workspace.path, TASK_FILE), '\nA remark.\n');
          written ||= line.includes('building and measuring');
          return undefined;
        },
      },
      app.url,
      '--commit',
    );
    expect(finished(result)).toMatchObject({ error: null, exitCode: 0 });
    expect(await commits(workspace)).toHaveLength(2);
    expect(await workspace.git('show', `HEAD:${TASK_FILE}`)).not.toContain('A remark.');
    expect(await workspace.git('diff', '--unified=0')).toMatch(/\n@@.*\n\+\n\+A remark\.\n$/);
    expect(await status(workspace)).toBe(` M ${TASK_FILE}\n`);
  });

  test('N1: a task file with changes of somebody else ends the run before it begins', async ({ app }) => {
    const workspace = await workspaceOf(SLOW);
    await workspace.write(TASK_FILE, taskFile(SLOW, 'A remark.\n'));
    const result = await run(workspace.path, app.url, '--commit');
    expect(result.code).toBe(2);
    expect(finished(result)).toMatchObject({ items: [], error: { code: 'git-not-ready' } });
    expect(await branches(workspace)).toEqual(['main']);
    expect(await app.query(`SELECT FROM pg_namespace WHERE nspname = 'pitstop'`)).toEqual([]);
  });

  test('N10: several task files, and --push alone, are a wrong call', async ({ app }) => {
    const workspace = await workspaceOf(SLOW);
    const second = 'tasks/tasks-0002-database-performance.md';
    await workspace.write(second, taskFile(OTHER));
    const both = await run(workspace.path, app.url, second, '--commit');
    expect(both.code).toBe(2);
    expect(finished(both).error).toMatchObject({ code: 'usage', candidates: [TASK_FILE, second] });
    const alone = await run(workspace.path, app.url, '--push');
    expect(finished(alone).error).toMatchObject({ code: 'usage', hint: 'Add --commit.' });
  });

  test('N10: a dry run makes neither branch nor commit', async ({ app }) => {
    const workspace = await workspaceOf(SLOW);
    const result = await run(workspace.path, app.url, '--commit', '--dry-run');
    expect(result.code).toBe(0);
    expect(await branches(workspace)).toEqual(['main']);
    expect(await status(workspace)).toBe('');
  });

  test('N11: a commit that fails is told, keeps the item, and is made by the next run', async ({ app }) => {
    const workspace = await workspaceOf(SLOW);
    const PATH = await gitThat(
      'case " $* " in *" commit-tree "*) echo "fatal: no space" >&2; exit 128;; esac',
    );
    const result = await runWith({ cwd: workspace.path, env: { PATH } }, app.url, '--commit');
    expect(result.code).toBe(5);
    expect(finished(result)).toMatchObject({
      items: [{ outcome: 'proven', marker: 'x' }],
      error: { code: 'commit-failed', message: expect.stringContaining('no space') },
    });
    expect(await commits(workspace)).toEqual([]);
    expect(await workspace.read(TASK_FILE)).toContain('- [x] 1.1 ');

    const next = await run(workspace.path, app.url, '--commit');
    expect(next.code).toBe(0);
    const [only, ...more] = await commits(workspace);
    expect(more).toEqual([]);
    expect(await filesOf(workspace, only)).toHaveLength(4);
    expect(await messageOf(workspace, only)).toMatch(/^pitstop: 1\.1 Speed up 1\.1\n\nOutcome: proven/);
    expect(await status(workspace)).toBe('');
  });

  test.for<[string, string, number]>([
    ['before the commit is made', '*" commit-tree "*) kill -9 $PPID; exit 1', 0],
    ['when the index has it', '*" update-ref "*) kill -9 $PPID; exit 1', 0],
    ['when the branch has it', '*" update-ref "*) kill -9 $PPID', 1],
  ])('N8, N11: killed %s: the next run commits what is not', async ([, how, made], { app }) => {
    const workspace = await workspaceOf(SLOW, OTHER);
    const PATH = await gitThat(`case " $* " in ${how};; esac`);
    const killed = await runWith({ cwd: workspace.path, env: { PATH } }, app.url, '--commit');
    expect(killed.signal).toBe('SIGKILL');
    await vi.waitFor(async () => expect(await commits(workspace)).toHaveLength(made));
    expect(await workspace.read(TASK_FILE)).toContain('- [x] 1.1 ');

    const next = await run(workspace.path, app.url, '--commit');
    expect(finished(next).items.map(({ reason }) => reason?.code)).toEqual(['complete', 'gain']);
    const all = await commits(workspace);
    expect(
      await Promise.all(all.map(async (one) => (await messageOf(workspace, one)).split('\n')[0])),
    ).toEqual(['pitstop: 1.1 Speed up 1.1', 'pitstop: 1.2 Speed up 1.2']);
    expect(await status(workspace)).toBe('');
  });

  test('N11: what was recorded and edited since is not committed for anybody', async ({ app }) => {
    const workspace = await workspaceOf(SLOW);
    const PATH = await gitThat('case " $* " in *" commit-tree "*) kill -9 $PPID;; esac');
    await runWith({ cwd: workspace.path, env: { PATH } }, app.url, '--commit');
    await workspace.write(TASK_FILE, `${await workspace.read(TASK_FILE)}\nA remark.\n`);
    const next = await run(workspace.path, app.url, '--commit');
    expect(finished(next).error).toMatchObject({ code: 'git-not-ready' });
    await workspace.git('add', '--all');
    await workspace.git('commit', '-qm', 'By hand');
    expect((await run(workspace.path, app.url, '--commit')).code).toBe(0);
    expect(await commits(workspace)).toHaveLength(1);
  });

  test('N11: killed during an item: its mark is no obstacle', async ({ app }) => {
    const workspace = await workspaceOf(SLOW);
    const killed = await runWith(
      {
        cwd: workspace.path,
        killAfter: (line) => (line.includes('building and measuring') ? 'SIGKILL' : undefined),
      },
      app.url,
      '--commit',
    );
    expect(killed.signal).toBe('SIGKILL');
    expect(await workspace.read(TASK_FILE)).toContain('- [~] 1.1 ');
    const next = await run(workspace.path, app.url, '--commit');
    expect(finished(next)).toMatchObject({ error: null, items: [{ outcome: 'proven' }] });
    expect(await commits(workspace)).toHaveLength(1);
    expect(await status(workspace)).toBe('');
  });
});

describe('--push', () => {
  /** A remote, and somebody who may approve. */
  async function place(app: TestDatabase) {
    const workspace = await workspaceOf(SLOW);
    const remote = await folder();
    await workspace.git('init', '--quiet', '--bare', remote);
    await workspace.git('remote', 'add', 'origin', remote);
    await workspace.git('push', '--quiet', 'origin', 'main');
    const pushed = async () => lines(await workspace.git('ls-remote', 'origin', `refs/heads/${BRANCH}`));
    return { workspace, remote, pushed, ...(await createSigner(app)) };
  }

  const requestIn = (events: readonly Readonly<Record<string, unknown>>[]) =>
    String(events.find(({ type }) => type === 'approval-required')?.['request']);

  test('N9, N12: waits for a person; a signature is used once, for these commits', async ({ app }) => {
    const { workspace, remote, url, sign, pushed } = await place(app);
    const first = await run(workspace.path, url, '--commit', '--push');
    expect(first.code).toBe(4);
    expect(finished(first)).toMatchObject({ error: null, items: [{ outcome: 'proven' }] });
    expect(await pushed()).toEqual([]);
    const id = requestIn(first.events);
    const [head] = await commits(workspace);
    const request: unknown = JSON.parse(await workspace.read(`.pitstop/requests/${id}.json`));
    expect(request).toMatchObject({
      id,
      action: 'push',
      statements: [],
      push: { remote: 'origin', url: remote, branch: BRANCH, head },
      effects: [expect.stringMatching(/^sends [0-9a-f]{12} pitstop: 1\.1 Speed up 1\.1$/)],
    });

    expect((await sign(workspace.path, id)).code).toBe(0);
    const second = await run(workspace.path, url, '--commit', '--push');
    expect(second.code).toBe(0);
    expect(await pushed()).toEqual([`${head}\trefs/heads/${BRANCH}`]);
    expect(await app.query('SELECT request, approver, method FROM pitstop.approval_use')).toEqual([
      { request: id, approver: 'ann', method: 'ssh' },
    ]);
    const log = await workspace.read('.pitstop/audit.jsonl');
    expect(log).toContain(`"event":"pushed","remote":"origin","branch":"${BRANCH}","commit":"${head}"`);

    const third = await run(workspace.path, url, '--commit', '--push');
    expect(third.code).toBe(0);
    // The remote forgets it, and the signature does not bring it back.
    await workspace.git('push', '--quiet', 'origin', `:refs/heads/${BRANCH}`);
    expect((await run(workspace.path, url, '--commit', '--push')).code).toBe(4);
    expect(await pushed()).toEqual([]);
  });

  test('N12: approve at a terminal pushes in the same process, for the name of the branch', async ({
    app,
  }) => {
    const { workspace, url, pushed } = await place(app);
    const id = requestIn((await run(workspace.path, url, '--commit', '--push')).events);
    const typed = (name: string) =>
      runAtTerminal(['approve', id, '--database-url', url, '--environment', 'development'], {
        cwd: workspace.path,
        answers: [`${name} ${id.slice(0, 8)}\n`],
      });
    const wrong = await typed('development');
    expect(wrong.screen).toContain(`pushes       branch ${BRANCH}`);
    expect(wrong.code).toBe(4);
    expect(await pushed()).toEqual([]);
    const right = await typed(BRANCH);
    expect(right.code).toBe(0);
    expect(await pushed()).toHaveLength(1);
  });

  test('N12: what the branch has got since is not pushed by an older approval', async ({ app }) => {
    const { workspace, url, sign, pushed } = await place(app);
    const id = requestIn((await run(workspace.path, url, '--commit', '--push')).events);
    expect((await sign(workspace.path, id)).code).toBe(0);
    await workspace.write('secret.txt', 'x\n');
    await workspace.git('add', 'secret.txt');
    await workspace.git('commit', '-qm', 'More');
    const next = await run(workspace.path, url, '--commit', '--push');
    expect(next.code).toBe(4);
    expect(requestIn(next.events)).not.toBe(id);
    expect(await pushed()).toEqual([]);
  });

  test('N9, N12: a branch that has gone on elsewhere is not overwritten', async ({ app }) => {
    const { workspace, url, sign, pushed } = await place(app);
    const id = requestIn((await run(workspace.path, url, '--commit', '--push')).events);
    expect((await sign(workspace.path, id)).code).toBe(0);
    const clone = await folder();
    await workspace.git('push', '--quiet', 'origin', `main:refs/heads/${BRANCH}`);
    await unlinkTracking(workspace);
    await workspace.git(
      'clone',
      '--quiet',
      '--branch',
      BRANCH,
      join(clone, '..', await remoteName(workspace)),
      clone,
    );
    const other = (...args: string[]) =>
      workspace.git('-C', clone, '-c', 'user.name=B', '-c', 'user.email=b@example.com', ...args);
    await other('commit', '--quiet', '--allow-empty', '-m', 'Elsewhere');
    await other('push', '--quiet', 'origin', BRANCH);
    const before = await pushed();
    const next = await run(workspace.path, url, '--commit', '--push');
    expect(next.code).toBe(5);
    expect(finished(next).error).toMatchObject({ code: 'push-failed' });
    expect(await pushed()).toEqual(before);
  });

  test('N12: without a remote the run ends before it begins', async ({ app }) => {
    const workspace = await workspaceOf(SLOW);
    const result = await run(workspace.path, app.url, '--commit', '--push');
    expect(result.code).toBe(2);
    expect(finished(result)).toMatchObject({ items: [], error: { code: 'git-not-ready' } });
    expect(await workspace.read(TASK_FILE)).toContain('- [ ] 1.1 ');
  });
});

const remoteName = async ({ git }: Workspace) =>
  (await git('remote', 'get-url', 'origin')).trim().split('/').at(-1) ?? '';

/** So that the request stays the same: what the remote has is only known from what was fetched or pushed. */
async function unlinkTracking({ git, path }: Workspace) {
  await git('update-ref', '-d', `refs/remotes/origin/${BRANCH}`);
  await unlink(join(path, '.git', 'FETCH_HEAD')).catch(() => undefined);
}
