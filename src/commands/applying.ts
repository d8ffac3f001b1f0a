import type { RunContext } from '../pipeline/context.ts';
import { withSurroundings } from '../pipeline/surroundings.ts';
import { progressLines } from '../report/terminal.ts';
import { loadParser } from '../sql/parse.ts';
import type { OptionValues, Outside } from './command.ts';
import { openRepository, requireTarget, targetOf } from './project.ts';
import { requestOf } from './run-request.ts';

interface Applying {
  /** The one request to ask about, for `pitstop approve`; null for whatever comes up. */
  readonly approveOnly: string | null;
  readonly purpose: 'apply' | 'revert' | 'push';
}

/** Works on the target outside of any task file; progress goes to standard error. */
export async function applyingOn<T>(
  outside: Outside,
  options: OptionValues,
  { approveOnly, purpose }: Applying,
  work: (run: RunContext) => Promise<T>,
): Promise<T> {
  const repository = await openRepository(outside, options);
  const target = requireTarget(targetOf(repository, options));
  await loadParser();
  const untargeted = requestOf(outside, options, repository, {
    runId: outside.newId(),
    emit: (event) => {
      if (options['quiet'] === true) return;
      for (const line of progressLines(event, outside.color)) outside.err(`${line}\n`);
    },
  });
  const approving = { ...untargeted.approving, approveOnly };
  return withSurroundings({ ...untargeted, approving, purpose, target, embedded: false }, work);
}
