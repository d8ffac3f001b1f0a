import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PitstopError } from '../errors.ts';
import { type Git, notReady, openGit, orNotReady, orNull, type Repository, zeroTerminated } from './git.ts';
import { refuseRepositoryFilters, refuseRepositoryPrograms } from './repository-programs.ts';

/** What one commit changes; paths are relative to the root and use `/`. */
export interface ItemCommit {
  /** The branch that `openBranch` has opened; it has to be checked out still. */
  readonly branch: string;
  /** Whole files, in the form that they have in the work tree (`readHeadText` gives that form too). */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly deleted: readonly string[];
  /** First line, empty line, text. */
  readonly message: string;
}

export interface Committed {
  /** Full hash. */
  readonly commit: string;
  /** What it changes; files that were as given already are not in it. */
  readonly paths: readonly string[];
  /** Files of the work tree that the repository ignores and does not have: they were left out. */
  readonly ignored: readonly string[];
}

/**
 * Makes one commit on the branch that changes the given files to the given texts, and nothing else: neither what else
 * is in the work tree nor what else is in the index, which both stay as they are. Null where nothing would change.
 *
 * The commit is put together beside the repository, in a folder with an index and files of its own, so that git's own
 * `add` decides about line endings, filters and modes. The index then learns of it before the branch does: whoever is
 * killed in between leaves the files staged, which commits nothing.
 */
export async function commitItem(repository: Repository, item: ItemCommit): Promise<Committed | null> {
  const git = await openGit(repository);
  const paths = [...item.files.map(({ path }) => path), ...item.deleted];
  paths.forEach(requireInside);
  await requireBranch(git, item.branch);
  await refuseRepositoryFilters(git, paths);
  const head = (await git('rev-parse', '--verify', 'HEAD^{commit}')).trim();
  await requireFiles(git, head, paths);
  const ignored = await ignoredOf(git, paths);
  const files = item.files.filter(({ path }) => !ignored.includes(path));
  const deleted = item.deleted.filter((path) => !ignored.includes(path));
  const commit = await putTogether(repository, git, { ...item, files, deleted }, head);
  if (commit === null) return null;
  const changed = zeroTerminated(
    await git('diff-tree', '-r', '-z', '--no-renames', '--name-only', head, commit),
  );
  const foreign = changed.filter((path) => !paths.includes(path));
  if (foreign.length > 0) throw new Error(`the commit would change ${foreign.join(', ')} too`);
  await advance(repository, item.branch, head, commit);
  const there = files.flatMap(({ path }) => (changed.includes(path) ? [path] : []));
  // Git compares these files once now, not at each command that follows. They may be gone again, or never were there.
  if (there.length > 0) await git('add', '--refresh', '--', ...there).catch(() => undefined);
  return { commit, paths: changed, ignored };
}

/** The new commit's hash, no branch knows it yet; null where its files are those of `head`. */
async function putTogether(
  repository: Repository,
  git: Git,
  { files, deleted, message }: ItemCommit,
  head: string,
): Promise<string | null> {
  const gitDir = (await git('rev-parse', '--absolute-git-dir')).replace(/\n$/, '');
  const sign = (await orNull(git('config', '--type=bool', '--get', 'commit.gpgSign')))?.trim() === 'true';
  if (sign) await refuseRepositoryPrograms(git, 'sign');
  // Readable by us alone: it holds what may not be committed yet.
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-commit-'));
  try {
    const tree = join(folder, 'tree');
    await mkdir(tree);
    const beside = await openGit(repository, {
      place: { GIT_DIR: gitDir, GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(folder, 'index') },
    });
    await beside('read-tree', head);
    const executable = await executablesOf(beside);
    for (const { path, text } of files) {
      const file = join(tree, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      if (executable.has(path)) await chmod(file, 0o755);
    }
    await orNotReady(
      beside('update-index', '--add', '--remove', '--', ...files.map(({ path }) => path), ...deleted),
      'A file cannot be committed',
      'A submodule or a link may be in its place.',
    );
    const made = (await beside('write-tree')).trim();
    if (made === (await git('rev-parse', `${head}^{tree}`)).trim()) return null;
    const letter = join(folder, 'message');
    await writeFile(letter, message.endsWith('\n') ? message : `${message}\n`);
    const commit = await orNotReady(
      beside('commit-tree', ...(sign ? ['-S'] : []), '-p', head, '-F', letter, made),
      sign ? 'The commit cannot be signed' : 'The commit cannot be made',
      sign ? 'Unlock the key beforehand, or turn commit.gpgSign off.' : 'Check user.name and user.email.',
    );
    return commit.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Index first, then the branch; both or, where the branch has moved meanwhile, neither. */
async function advance(repository: Repository, branch: string, head: string, commit: string): Promise<void> {
  const git = await openGit(repository, { cancellable: false });
  await requireBranch(git, branch);
  await orNotReady(
    patiently(() => git('read-tree', '-m', '-i', head, commit)),
    'The index does not take the files of this commit',
    'Take back what is staged for them (git restore --staged FILE), or wait until the index is free, and run again.',
  );
  try {
    const [subject = ''] = (await git('rev-list', '--max-count=1', '--format=%s', commit))
      .split('\n')
      .slice(1);
    await git('update-ref', '-m', `commit: ${subject}`, `refs/heads/${branch}`, commit, head);
  } catch (error) {
    await patiently(() => git('read-tree', '-m', '-i', commit, head));
    throw notReady(
      `The branch ${branch} was changed by somebody else`,
      'Run again when nobody works on it.',
      error,
    );
  }
}

const LOCK_ATTEMPTS = 20;
const LOCK_WAIT_MS = 100;

/** Editors ask for the status all the time, and lock the index for a moment. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const locked = error instanceof Error && error.message.includes('index.lock');
      if (!locked || attempt === LOCK_ATTEMPTS) throw error;
      await sleep(LOCK_WAIT_MS);
    }
  }
}

function requireInside(path: string): void {
  const parts = path.split('/');
  const plain = path === posix.normalize(path) && !path.startsWith('/') && parts[0] !== '..' && path !== '.';
  if (plain && !path.includes('\0') && !parts.some((part) => part.toLowerCase() === '.git')) return;
  throw new PitstopError('write-outside', `${JSON.stringify(path)} is not a file of the repository.`, {
    hint: 'Paths of a commit are relative to the root.',
  });
}

async function requireBranch(git: Git, branch: string): Promise<void> {
  const current = await orNull(git('symbolic-ref', '--quiet', 'HEAD'));
  if (current?.trim() === `refs/heads/${branch}`) return;
  throw notReady(`${branch} is not checked out any more`, `Switch back: git switch ${branch}.`);
}

/** A link or a submodule in HEAD would be replaced by a file. */
async function requireFiles(git: Git, head: string, paths: readonly string[]): Promise<void> {
  const entries = zeroTerminated(await git('ls-tree', '-z', head, '--', ...paths));
  const other = entries.find((entry) => !entry.startsWith('100'));
  if (other !== undefined)
    throw notReady(`${other.split('\t')[1] ?? ''} is a link or a folder`, 'Name the file itself.');
}

async function ignoredOf(git: Git, paths: readonly string[]): Promise<string[]> {
  return zeroTerminated(
    await git('ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--', ...paths),
  );
}

async function executablesOf(git: Git): Promise<ReadonlySet<string>> {
  const entries = zeroTerminated(await git('ls-files', '-z', '--stage'));
  return new Set(
    entries.filter((entry) => entry.startsWith('100755')).map((entry) => entry.split('\t')[1] ?? ''),
  );
}
