import { basename } from 'node:path';

const LONGEST = 100;

/** The branch for the commits of a task file: `tasks/tasks-0001-x.md` → `pitstop/tasks-0001-x`. */
export function branchNameOf(taskFile: string): string {
  const slug = basename(taskFile)
    .replace(/\.[^.]*$/, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
  return `pitstop/${slug === '' ? 'tasks' : slug}`;
}
