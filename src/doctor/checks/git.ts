import { join } from 'node:path';
import { PitstopError } from '../../errors.ts';
import { exists } from '../../files/root.ts';
import { readCommitter } from '../../git/open-branch.ts';
import { ok, warning, type Check } from '../check.ts';
import { askProgram } from '../program.ts';

export const git: Check = {
  id: 'git',
  needs: 'place',
  look: async (place) => {
    const { root, env } = place;
    if ((await askProgram('git', ['--version'], place)) === null)
      return warning('there is no git; nothing can be committed', 'Install git.');
    if (!(await exists(join(root, '.git'))))
      return warning(`${root} is no git repository; what changes in files cannot be taken back`, 'git init');
    try {
      const committer = await readCommitter({ root, env, signal: new AbortController().signal });
      return ok(`a git repository, ready for --commit; commits are by ${committer}`);
    } catch (error) {
      if (!(error instanceof PitstopError)) throw error;
      return warning(`--commit is not ready: ${error.message}`, error.hint ?? 'Look at git status.');
    }
  },
};
