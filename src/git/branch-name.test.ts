import { expect, test } from 'vitest';
import { branchNameOf } from './branch-name.ts';

test.each([
  ['tasks/tasks-0001-database-performance.md', 'pitstop/tasks-0001-database-performance'],
  ['/abs/olute/Über uns.lock.md', 'pitstop/u-ber-uns-lock'],
  ['--upload-pack=x.md', 'pitstop/upload-pack-x'],
  ['a..b~1^{}@{u}.md', 'pitstop/a-b-1-u'],
  ['任务.md', 'pitstop/tasks'],
  [`${'a'.repeat(99)}-b.md`, `pitstop/${'a'.repeat(99)}`],
])('%s: %s', (file, branch) => {
  expect(branchNameOf(file)).toBe(branch);
});
