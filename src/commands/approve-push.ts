import { PitstopError } from '../errors.ts';
import type { RequestedPush } from '../gate/request.ts';
import { pushThroughGate, REMOTE, type PushEnd } from '../pipeline/push.ts';
import { applyingOn } from './applying.ts';
import type { OptionValues, Outside } from './command.ts';

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
  const end = await applyingOn(outside, options, { approveOnly: id, purpose: 'push' }, (run) =>
    pushThroughGate(run, remote, branch),
  );
  if (end.error !== null) throw end.error;
  return end;
}
