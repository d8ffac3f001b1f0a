import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { printable } from '../report/printable.ts';
import { type Git, notReady, openGit, orNotReady, orNull, type Repository } from './git.ts';
import { refuseRepositoryPrograms } from './repository-programs.ts';

/** What a push would send, for the person who is asked; the push then does this and nothing else. */
export interface PushDescription {
  /** The remote's name, such as `origin`. */
  readonly remote: string;
  /** Where it pushes to, without user and password. */
  readonly url: string;
  readonly branch: string;
  /** The commit that the branch will name there. */
  readonly head: string;
  /** What the remote does not have yet, as far as is known here; newest first, at most 100. */
  readonly commits: readonly { readonly commit: string; readonly subject: string }[];
}

const MOST_COMMITS = 100;

/** Reads only; the remote is not asked. */
export async function describePush(
  repository: Repository,
  remote: string,
  branch: string,
): Promise<PushDescription> {
  const git = await openGit(repository);
  const known = (await git('remote')).split('\n').filter((name) => name !== '');
  if (!known.includes(remote)) {
    const hint =
      known.length === 0 ? 'Add one: git remote add origin URL.' : `There are ${known.join(', ')}.`;
    throw notReady(`There is no remote ${printable(remote)}`, hint);
  }
  const urls = (await git('remote', 'get-url', '--push', '--all', remote)).trim().split('\n');
  const [url = '', ...others] = urls;
  if (others.length > 0)
    throw notReady(`${remote} pushes to several places`, `Push it yourself: git push ${remote} ${branch}.`);
  const found = await orNull(git('rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`));
  if (found === null) throw notReady(`There is no branch ${printable(branch)}`, 'Run with --commit first.');
  const head = found.trim();
  const range = [head, '--not', `--remotes=${remote}`];
  const listed = await git('rev-list', `--max-count=${MOST_COMMITS}`, '--format=%s', ...range);
  return { remote, url: withoutUser(url), branch, head, commits: commitsOf(listed) };
}

/**
 * Pushes what was described, and only if it is still the same. Never forced, no tags, no submodules. To be called only
 * after a person has approved the description.
 */
export async function pushBranch(repository: Repository, approved: PushDescription): Promise<void> {
  const { remote, branch, head, url } = approved;
  const now = await describePush(repository, remote, branch);
  if (now.head !== head || now.url !== url)
    throw notReady('The branch or the remote is not what was approved', 'Ask for the push again.');
  const git = await openGit(repository, { silenceMs: 300_000 });
  await refuseRepositoryPrograms(git, 'transport');
  await refusePrePush(repository, `git push ${remote} ${branch}`);
  await orNotReady(
    git(
      'push',
      '--porcelain',
      '--no-follow-tags',
      '--recurse-submodules=no',
      remote,
      `${head}:refs/heads/${branch}`,
    ),
    `${branch} was not pushed to ${remote}`,
    `See why: git push ${remote} ${branch}. Nothing is ever forced.`,
  );
}

/** It may be what keeps secrets or large files from being pushed; it is not run for an agent, and not passed over. */
async function refusePrePush(repository: Repository, command: string): Promise<void> {
  const git: Git = await openGit(repository, { ownHooks: true });
  const hook = resolve(repository.root, (await git('rev-parse', '--git-path', 'hooks/pre-push')).trim());
  const found = await stat(hook).catch(() => null);
  if (found === null || (found.mode & 0o111) === 0) return;
  throw notReady('The repository has a pre-push hook', `Push it yourself: ${command}.`);
}

function commitsOf(listed: string): PushDescription['commits'] {
  const lines = listed.split('\n');
  return lines.flatMap((line, at) => {
    const [, commit] = /^commit ([0-9a-f]+)$/.exec(line) ?? [];
    return commit === undefined || at % 2 === 1 ? [] : [{ commit, subject: printable(lines[at + 1] ?? '') }];
  });
}

/** `https://user:secret@host/x` → `https://host/x`; `git@host:x` is what it is, the user there is no secret. */
function withoutUser(url: string): string {
  return printable(url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1'));
}
