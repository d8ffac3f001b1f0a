import type { Approval } from '../gate/approval.ts';
import type { ApprovalRequest, Rejection } from '../gate/request.ts';
import { isDestructive } from '../gate/request.ts';
import { isApprovalUsed } from '../migration/ledger.ts';
import { confirmationWords, isConfirmedBy, requestLines } from '../report/request.ts';
import { note } from './audit.ts';
import type { RunContext } from './context.ts';
import { readRequestFile } from './request-files.ts';
import { readSignedApproval } from './signed-approval.ts';

/** What a person has said of a request, or says now. */
export type Answer =
  | { readonly type: 'approved'; readonly approval: Approval }
  | { readonly type: 'rejected'; readonly rejection: Rejection }
  /** `problem`: why what was stored does not count; null where nothing was. */
  | { readonly type: 'waiting'; readonly problem: string | null };

/** A typed approval is used at once; so long it may wait for locks and for another runner. */
const TYPED_VALID_MS = 3_600_000;

/**
 * Looks for the answer to a request: a rejection on file, a signed approval on file, or the person at the terminal.
 * Nothing else is an answer.
 */
export async function answerTo(run: RunContext, request: ApprovalRequest): Promise<Answer> {
  const { ask, approveOnly } = run.approving;
  const stored = await readRequestFile(run.root, request.id);
  const isAskedFor = approveOnly === request.id;
  if (stored?.rejected != null && !isAskedFor) return { type: 'rejected', rejection: stored.rejected };

  const signed = await readSignedApproval(run, request);
  if (signed.type === 'valid' && !(await isApprovalUsed(run.control, signed.approval.id)))
    return approved(run, signed.approval);
  const problem =
    signed.type === 'valid'
      ? 'its approval was used already'
      : signed.type === 'invalid'
        ? signed.problem
        : null;

  if (ask === null || (approveOnly !== null && !isAskedFor)) return waiting(problem);
  if (request.environment === 'production' && isDestructive(request)) {
    const message = 'on production this needs a signed approval: pitstop approve --sign';
    run.emit({ type: 'phase', id: request.item?.id ?? null, phase: 'judge', message });
    return waiting(problem ?? message);
  }
  const isConfirmed = await ask({
    lines: requestLines(request),
    question: `Type ${confirmationWords(request)} to approve and apply it now, nothing to leave it waiting`,
    accepts: (answer) => isConfirmedBy(request, answer),
  });
  return isConfirmed ? approved(run, typedApproval(run, request)) : waiting(problem);
}

async function approved(run: RunContext, approval: Approval): Promise<Answer> {
  const { id, request, method, approver } = approval;
  await note(run, { event: 'approved', request, approval: id, method, approver });
  return { type: 'approved', approval };
}

function waiting(problem: string | null): Answer {
  return { type: 'waiting', problem };
}

function typedApproval(run: RunContext, request: ApprovalRequest): Approval {
  const issued = run.now();
  return {
    id: run.approving.newId(),
    request: request.id,
    requestSha256: request.sha256,
    method: 'terminal',
    approver: run.approving.actor.user,
    environment: request.environment,
    issued: issued.toISOString(),
    expires: new Date(issued.getTime() + TYPED_VALID_MS).toISOString(),
    signed: null,
  };
}
