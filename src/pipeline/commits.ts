import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PitstopError } from '../errors.ts';
import { systemCode } from '../files/system-error.ts';
import { readTaskFile } from '../files/task-file.ts';
import { commitItem } from '../git/commit-item.ts';
import type { Repository } from '../git/git.ts';
import { readHeadText } from '../git/head-text.ts';
import { openBranch, type OpenedBranch } from '../git/open-branch.ts';
import { hashKey, readUncommitted } from '../journal/journal.ts';
import { commitMessage } from '../report/commit-message.ts';
import { editItem, type ItemEdit } from '../task/edit.ts';
import type { Item } from '../task/item.ts';
import { parseTaskFile } from '../task/parse.ts';
import { note } from './audit.ts';
import { itemEditOf, type CommitDue } from './commit-due.ts';
import type { RunContext } from './context.ts';
import { enterJournal } from './enter-journal.ts';
import { withParents } from './record.ts';

export function repositoryOf({ root, processEnv, signal }: RunContext): Repository {
  return { root, env: processEnv, signal };
}

/**
 * Opens the branch for a task file's commits, and commits what an earlier run has recorded and not committed. The task
 * file may differ from the last commit by exactly that, and by the marks of items that were begun.
 */
export async function openCommits(run: RunContext, file: string): Promise<OpenedBranch> {
  const repository = repositoryOf(run);
  const opened = await openBranch(repository, file, () => isOurs(run, file));
  const { branch, from, how } = opened;
  if (how !== 'continued') {
    const message = `commits go to ${branch}; ${from ?? 'a commit'} was checked out before`;
    run.emit({ type: 'phase', id: null, phase: 'prepare', message });
  }
  const head = (await readHeadText(repository, file)) ?? '';
  const { text } = await readTaskFile(join(run.root, file));
  const isClean = withoutMark(head) === text;
  for (const { key, due } of await readDue(run, file)) {
    const item = itemOf(withoutMark(head), key);
    const began = itemOf(text, key)?.marker === '~';
    if (item !== null && !began && (due.edit === null || !isClean))
      await commitDue(run, branch, { file, item, due });
    // Somebody has committed it, or taken it back.
    else if (!began) await enterJournal(run, file, key, { type: 'committed', commit: null });
  }
  return opened;
}

/** Commits what the run has just recorded of an item. What cannot be committed stays due for the next run. */
export async function commitRecorded(
  run: RunContext,
  branch: string,
  { file, item }: { readonly file: string; readonly item: Item },
): Promise<PitstopError | null> {
  const key = hashKey(item.key);
  const due = (await readDue(run, file)).find((one) => one.key === key)?.due;
  if (due === undefined) return null;
  try {
    await commitDue(run, branch, { file, item, due });
    return null;
  } catch (error) {
    if (!(error instanceof PitstopError)) throw error;
    const message = `${item.id} is recorded and not committed: ${error.message}`;
    run.emit({ type: 'phase', id: item.id, phase: 'commit', message });
    return new PitstopError('commit-failed', message, {
      hint: `${error.hint ?? 'Look at git status.'} The next run with --commit commits what is recorded.`,
      cause: error,
    });
  }
}

interface DueCommit {
  readonly file: string;
  readonly item: Item;
  readonly due: CommitDue;
}

async function commitDue(run: RunContext, branch: string, { file, item, due }: DueCommit): Promise<void> {
  const repository = repositoryOf(run);
  const files: { path: string; text: string }[] = [];
  const deleted: string[] = [];
  if (due.edit !== null) {
    const head = (await readHeadText(repository, file)) ?? '';
    const text = edited(head, item.key, itemEditOf(due.edit));
    if (text === null)
      throw new PitstopError('git-not-ready', `the last commit has another item in its place in ${file}`, {
        hint: 'Commit the task file yourself.',
      });
    files.push({ path: file, text });
  }
  for (const path of due.paths) {
    const text = await readText(join(run.root, path));
    if (text === null) deleted.push(path);
    else files.push({ path, text });
  }
  const message = commitMessage(item, due.body);
  const committed = await commitItem(repository, { branch, files, deleted, message });
  if (committed !== null) await tell(run, branch, item, committed);
  await enterJournal(run, file, hashKey(item.key), { type: 'committed', commit: committed?.commit ?? null });
}

async function tell(
  run: RunContext,
  branch: string,
  { id }: Item,
  { commit, paths, ignored }: NonNullable<Awaited<ReturnType<typeof commitItem>>>,
): Promise<void> {
  await note(run, { event: 'committed', branch, commit, files: paths });
  const left = ignored.length === 0 ? '' : `; left out, since git ignores them: ${ignored.join(', ')}`;
  const message = `${commit.slice(0, 12)} on ${branch}: ${paths.join(', ')}${left}`;
  run.emit({ type: 'phase', id, phase: 'commit', message });
}

/** Whether the task file is the last commit's with what is due, and with the marks of what was begun. */
async function isOurs(run: RunContext, file: string): Promise<boolean> {
  const head = withoutMark((await readHeadText(repositoryOf(run), file)) ?? '');
  const { text } = await readTaskFile(join(run.root, file));
  const dues = await readDue(run, file);
  const begun = [...run.openAttempts.keys()].flatMap((id) => {
    const [path, key = ''] = id.split('\n');
    return path === file ? [key] : [];
  });
  let replayed: string | null = head;
  for (const key of new Set([...dues.map((one) => one.key), ...begun])) {
    const [item, now] = [itemOf(head, key), itemOf(text, key)];
    const edit = dues.find((one) => one.key === key)?.due.edit ?? null;
    if (item === null || now === null) return false;
    if (now.marker === '~') replayed = edited(replayed, item.key, { marker: '~', owned: new Map() });
    else if (edit !== null && (edit.marker ?? item.marker) === now.marker)
      replayed = edited(replayed, item.key, itemEditOf(edit));
    if (replayed === null) return false;
  }
  return replayed === text;
}

async function readDue(run: RunContext, file: string): Promise<{ key: string; due: CommitDue }[]> {
  const all = [...(await readUncommitted(run.journalPath)).values()];
  return all.flatMap((one) => (one.file === file ? [{ key: one.key, due: one.due as CommitDue }] : []));
}

/** A task file's text with one item and its parents edited; null where the item stands otherwise there. */
function edited(text: string, key: string, edit: ItemEdit): string | null {
  const result = editItem(withoutMark(text), key, edit);
  return result.ok
    ? text.slice(0, text.length - withoutMark(text).length) + withParents(result.text, key)
    : null;
}

function itemOf(text: string, hashedKey: string): Item | null {
  return parseTaskFile(text).items.find(({ key }) => hashKey(key) === hashedKey) ?? null;
}

/** Without byte order mark. */
function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, '');
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
