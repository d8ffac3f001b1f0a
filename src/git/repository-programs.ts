import { type Git, notReady, zeroTerminated } from './git.ts';

/** What git is about to do, by the programs that the configuration can make it run meanwhile. */
export type Undertaking = 'sign' | 'convert' | 'transport';

const KEYS: Readonly<Record<Undertaking, RegExp>> = {
  sign: /^gpg\.(?:.*\.)?(?:program|defaultkeycommand)$/,
  convert: /^filter\.(.*)\.(?:clean|smudge|process)$/,
  transport:
    /^(?:core\.(?:sshcommand|askpass|gitproxy)|credential\.(?:.*\.)?helper|remote\..*\.(?:receivepack|uploadpack|vcs)|http\.(?:.*\.)?(?:proxy|sslverify|sslcainfo|sslcapath))$/,
};

/**
 * Refuses where the repository's own configuration, which anybody who works in it can write, says which program git is
 * to run. The user's own and the system's may: they are out of the repository.
 */
export async function refuseRepositoryPrograms(
  git: Git,
  undertaking: Undertaking,
  counts: (name: string) => boolean = () => true,
): Promise<void> {
  const set = (await repositoryKeys(git)).filter((key) => {
    const [found, name = ''] = KEYS[undertaking].exec(key) ?? [];
    return found !== undefined && counts(name);
  });
  if (set.length === 0) return;
  const message = `The repository's own configuration names a program that git would run: ${set.join(', ')}`;
  throw notReady(message, 'Set it in your own configuration (git config --global) or take it out.');
}

/** Refuses where a path passes a filter (`git-lfs`, `git-crypt`) that the repository's own configuration defines. */
export async function refuseRepositoryFilters(git: Git, paths: readonly string[]): Promise<void> {
  const fields = zeroTerminated(await git('check-attr', '-z', 'filter', '--', ...paths));
  const filters = fields.filter((_, at) => at % 3 === 2);
  await refuseRepositoryPrograms(git, 'convert', (name) => filters.includes(name));
}

/** The keys set in `.git/config`, the work tree's, and what they include. */
async function repositoryKeys(git: Git): Promise<string[]> {
  const parts = zeroTerminated(await git('config', '--list', '-z', '--show-scope'));
  const keys = parts.flatMap((part, at) => {
    const scope = parts[at - 1];
    return at % 2 === 1 && (scope === 'local' || scope === 'worktree') ? [part.split('\n')[0] ?? ''] : [];
  });
  return [...new Set(keys)];
}
