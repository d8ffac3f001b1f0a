import { join } from 'node:path';
import { exists } from '../../files/root.ts';
import { ok, warning, type Check } from '../check.ts';
import { askProgram } from '../program.ts';

export const git: Check = {
  id: 'git',
  needs: 'place',
  look: async ({ root }) => {
    if ((await askProgram('git', ['--version'], root)) === null)
      return warning('there is no git; nothing can be committed', 'Install git.');
    if (!(await exists(join(root, '.git'))))
      return warning(`${root} is no git repository; what changes in files cannot be taken back`, 'git init');
    const [name, email] = await Promise.all([setting('user.name', root), setting('user.email', root)]);
    if (name !== '' && email !== '') return ok(`a git repository; commits are by ${name} <${email}>`);
    return warning(
      'git does not know who commits',
      'git config user.name "…" and git config user.email "…".',
    );
  },
};

async function setting(name: string, root: string): Promise<string> {
  const answer = await askProgram('git', ['config', '--get', name], root);
  return answer?.code === 0 ? answer.output : '';
}
