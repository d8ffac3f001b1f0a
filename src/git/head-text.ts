import { openGit, orNotReady, type Repository } from './git.ts';
import { refuseRepositoryFilters } from './repository-programs.ts';

/**
 * A file's text (UTF-8) as the last commit has it, in the form that it has in the work tree: line endings and filters
 * are applied. Null where the commit does not have it.
 */
export async function readHeadText(repository: Repository, path: string): Promise<string | null> {
  const git = await openGit(repository);
  if ((await git('ls-tree', 'HEAD', '--', path)) === '') return null;
  await refuseRepositoryFilters(git, [path]);
  return orNotReady(
    git('cat-file', '--filters', `HEAD:${path}`),
    `${path} cannot be read from the last commit`,
    'Check the repository: git fsck.',
  );
}
