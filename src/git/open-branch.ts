import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { branchNameOf } from './branch-name.ts';
import { type Git, notReady, openGit, orNotReady, orNull, type Repository } from './git.ts';
import { refuseRepositoryFilters, refuseRepositoryPrograms } from './repository-programs.ts';

export interface OpenedBranch {
  /** `pitstop/<task file>`. */
  readonly branch: string;
  /** The branch that was checked out before, null where HEAD named a commit. */
  readonly from: string | null;
  /** `switched` has changed the work tree: what was read of it before is to be read again. */
  readonly how: 'created' | 'continued' | 'switched';
}

/**
 * Checks that commits can be made in the repository, and switches to the branch for those of a task file (relative to
 * the root). A new branch begins at HEAD and leaves work tree and index as they are. `git-not-ready` where something is
 * in the way; nothing has been changed then.
 * @param isOurs asked where the branch is checked out and the task file differs from the last commit: whether all of
 * the difference is the caller's own, and will be committed
 */
export async function openBranch(
  repository: Repository,
  taskFile: string,
  isOurs: () => Promise<boolean> = async () => false,
): Promise<OpenedBranch> {
  const git = await openGit(repository);
  await requireReady(git, repository.root);
  const branch = branchNameOf(taskFile);
  const from = await currentBranch(git);
  await requireCommitted(git, taskFile, async () => from === branch && (await isOurs()));
  return switchTo(git, branch, from);
}

/** Who would commit here, as git writes it: `Ann <ann@example.com>`. `git-not-ready` where something is in the way. */
export async function readCommitter(repository: Repository): Promise<string> {
  const git = await openGit(repository);
  await requireReady(git, repository.root);
  return (await git('var', 'GIT_COMMITTER_IDENT')).replace(/ \d+ [+-]\d+\n$/, '');
}

async function requireReady(git: Git, root: string): Promise<void> {
  await requireWorkTree(git, root);
  await requireIdle(git);
  await orNotReady(
    git('rev-parse', '--verify', 'HEAD^{commit}'),
    'The repository has no commit yet',
    'Make the first commit.',
  );
  for (const who of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT'])
    await orNotReady(git('var', who), 'Git knows no author', 'Set user.name and user.email with git config.');
}

async function requireWorkTree(git: Git, root: string): Promise<void> {
  const top = await orNotReady(
    git('rev-parse', '--show-toplevel'),
    `${root} is no work tree of git`,
    'Run git init and commit the project, or run without --commit.',
  );
  const found = withoutNewline(top);
  if ((await realpath(found)) === (await realpath(root))) return;
  throw notReady(
    `The work tree's top is ${found}, not ${root}`,
    'Take core.worktree out of the configuration.',
  );
}

/** What a merge or a rebase leaves while it is under way, in the folder of the work tree's own git files. */
const UNDER_WAY: readonly (readonly [name: string, what: string])[] = [
  ['MERGE_HEAD', 'a merge'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase or git am'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
  ['sequencer', 'a cherry-pick or a revert'],
  ['BISECT_LOG', 'a bisect'],
];

async function requireIdle(git: Git): Promise<void> {
  const folder = withoutNewline(await git('rev-parse', '--absolute-git-dir'));
  for (const [name, what] of UNDER_WAY) {
    const found = await stat(join(folder, name)).catch(() => null);
    if (found !== null) throw notReady(`There is ${what} in progress`, 'Finish or abort it.');
  }
  if ((await git('ls-files', '--unmerged')) !== '')
    throw notReady('The index has conflicts that are not resolved', 'Resolve them and commit.');
}

async function requireCommitted(git: Git, taskFile: string, isOurs: () => Promise<boolean>): Promise<void> {
  await refuseRepositoryFilters(git, [taskFile]);
  const entry = await git('ls-tree', 'HEAD', '--', taskFile);
  const commitFirst = `Commit it first: git add ${taskFile} && git commit.`;
  if (entry === '') throw notReady(`${taskFile} is not in the last commit`, commitFirst);
  if (!entry.startsWith('100'))
    throw notReady(`${taskFile} is a link`, 'Name the file that it points to, in its own repository.');
  const changes = await git('status', '--porcelain', '--untracked-files=all', '--ignored', '--', taskFile);
  if (changes !== '' && !(await isOurs()))
    throw notReady(`${taskFile} has changes that are not committed`, commitFirst);
}

/** Null where HEAD names a commit. */
async function currentBranch(git: Git): Promise<string | null> {
  const current = await orNull(git('symbolic-ref', '--quiet', '--short', 'HEAD'));
  return current === null ? null : withoutNewline(current);
}

async function switchTo(git: Git, branch: string, from: string | null): Promise<OpenedBranch> {
  if (from === branch) return { branch, from, how: 'continued' };
  const exists = await orNull(git('rev-parse', '--verify', '--quiet', `refs/heads/${branch}`));
  if (exists === null) {
    await orNotReady(
      git('switch', '--quiet', '--no-track', '--create', branch),
      `The branch ${branch} cannot be created`,
      'See what stands in its way: git branch --list.',
    );
    return { branch, from, how: 'created' };
  }
  // Files of the other branch pass their filters on the way into the work tree.
  await refuseRepositoryPrograms(git, 'convert');
  await orNotReady(
    git('switch', '--quiet', '--no-guess', branch),
    `The branch ${branch} exists, and git does not switch to it`,
    `Switch yourself (git switch ${branch}), or remove it where it is done (git branch -d ${branch}).`,
  );
  return { branch, from, how: 'switched' };
}

function withoutNewline(text: string): string {
  return text.replace(/\n$/, '');
}
