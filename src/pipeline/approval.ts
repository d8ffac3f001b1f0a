import type { Approval } from '../gate/approval.ts';
import type { ApprovalRequest, Rejection } from '../gate/request.ts';
import { isDestructive } from '../gate/request.ts';
import { isApprovalUsed } from '../migration/ledger.ts';
import { confirmationWords, isConfirmedBy, requestLines } from '../report/request.ts';
import type { Reason } from '../outcome.ts';
import { note } from './audit.ts';
import type { RunContext } from './context.ts';
import { readRequestFile } from './request-files.ts';
import { readSignedApproval } from './signed-approval.ts';

/** What a person has said of a request, or says now. */
export type Answer =
  | { readonly type: 'approved'; readonly approval: Approval }
  | { readonly type: 'rejected'; readonly rejection: Rejection }
  /** `problem`: why what was given does not count; null where nothing was. */
  | { readonly type: 'waiting'; readonly problem: Reason | null };

/** A typed approval is used at once; so long it may wait for locks and for another runner. */
const TYPED_VALID_MS = 3_600_000;

const USED: Reason = { code: 'approval-used', message: 'its approval was used already' };
const SIGNATURE_NEEDED: Reason = {
  code: 'signature-needed',
  message: 'on production this needs a signed approval: pitstop approve --sign',
};

/**
 * Looks for the answer to a request: a rejection on file, a signed approval on file, or the person at the terminal.
 * Nothing else is an answer.
 */
export async function answerTo(run: RunContext, request: ApprovalRequest): Promise<Answer> {
  const { ask, approveOnly } = run.approving;
  const stored = await readRequestFile(run.root, request.id);
  const isAskedFor = approveOnly === request.id;
  const otherwise = (problem: Reason | null): Answer =>
    stored?.rejected == null
      ? { type: 'waiting', problem }
      : { type: 'rejected', rejection: stored.rejected };
  if (stored?.rejected != null && !isAskedFor) return otherwise(null);

  const signed = await readSignedApproval(run, request);
  if (signed.type === 'valid' && !(await isApprovalUsed(run.control, signed.approval.id)))
    return approved(run, signed.approval);
  const problem = signed.type === 'valid' ? USED : signed.type === 'invalid' ? signed.problem : null;

  if (ask === null || (approveOnly !== null && !isAskedFor)) return otherwise(problem);
  if (request.environment === 'production' && isDestructive(request)) {
    const { message } = SIGNATURE_NEEDED;
    run.emit({ type: 'phase', id: request.item?.id ?? null, phase: 'judge', message });
    return otherwise(problem ?? SIGNATURE_NEEDED);
  }
  const isConfirmed = await ask({
    lines: requestLines(request),
    question: `Type ${confirmationWords(request)} to approve and apply it now, nothing to leave it waiting`,
    accepts: (answer) => isConfirmedBy(request, answer),
  });
  return isConfirmed ? approved(run, typedApproval(run, request)) : otherwise(problem);
}

async function approved(run: RunContext, approval: Approval): Promise<Answer> {
  const { id, request, method, approver } = approval;
  await note(run, { event: 'approved', request, approval: id, method, approver });
  return { type: 'approved', approval };
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
