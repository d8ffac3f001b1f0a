import { PitstopError } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { RequestedPush } from '../gate/request.ts';
import { pushThroughGate, REMOTE, type PushEnd } from '../pipeline/push.ts';
import { withSurroundings } from '../pipeline/surroundings.ts';
import { progressLines } from '../report/terminal.ts';
import { loadParser } from '../sql/parse.ts';
import type { OptionValues, Outside } from './command.ts';
import { openRepository, requireTarget, targetOf } from './project.ts';
import { requestOf } from './run-request.ts';

/** Asks about a push and does it. The target is the one of the run that has asked: its ledger holds the approval. */
export async function approvePush(
  outside: Outside,
  id: string,
  { remote, branch }: RequestedPush,
  options: OptionValues,
): Promise<PushEnd> {
  if (remote !== REMOTE || !branch.startsWith('pitstop/')) {
    throw new PitstopError('request-changed', `request ${id} is not one for a push of pitstop's own`, {
      hint: 'pitstop run --commit --push writes such a request.',
    });
  }
  const repository = await openRepository(outside, options);
  const target = requireTarget(targetOf(repository, options));
  await loadParser();
  const emit = (event: RunEvent) => {
    if (options['quiet'] === true) return;
    for (const line of progressLines(event, outside.color)) outside.err(`${line}\n`);
  };
  const untargeted = requestOf(outside, options, repository, { runId: outside.newId(), emit });
  const approving = { ...untargeted.approving, approveOnly: id };
  const request = { ...untargeted, approving, purpose: 'apply', target, embedded: false } as const;
  const end = await withSurroundings(request, (run) => pushThroughGate(run, remote, branch));
  if (end.error !== null) throw end.error;
  return end;
}
