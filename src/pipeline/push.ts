import { canonicalSha256 } from '../canonical-json.ts';
import { EXIT, PitstopError, type ExitCode } from '../errors.ts';
import type { Approval } from '../gate/approval.ts';
import { requestOf, type ApprovalRequest } from '../gate/request.ts';
import { describePush, pushBranch, type PushDescription } from '../git/push.ts';
import { consumeApproval } from '../migration/ledger.ts';
import { ensureLedger } from '../migration/schema.ts';
import { Blocked } from '../outcome.ts';
import { redact } from '../report/redact.ts';
import { answerTo } from './approval.ts';
import { note } from './audit.ts';
import { repositoryOf } from './commits.ts';
import type { RunContext } from './context.ts';
import { removeRepositoryFile } from './files.ts';
import { targetOf } from './request.ts';
import { readRequestFiles, requestPath } from './request-files.ts';
import { leaveWaiting } from './waiting.ts';

/** The remote of `--push`. */
export const REMOTE = 'origin';

/** What became of a push. */
export interface PushEnd {
  readonly exitCode: ExitCode;
  /** Null where there was nothing to ask about. */
  readonly request: string | null;
  /** One line. */
  readonly message: string;
  /** Why an approved push did not succeed. */
  readonly error: PitstopError | null;
}

/** Ends the run where there is no remote to push to, before anything is touched. */
export async function requireRemote(run: RunContext, branch: string): Promise<void> {
  await describePush(repositoryOf(run), REMOTE, branch);
}

/**
 * Pushes a branch, if a person approves what would be sent. Its approval is used up in the ledger of the target before
 * the push, as for any other change.
 */
export async function pushThroughGate(run: RunContext, remote: string, branch: string): Promise<PushEnd> {
  const push = await describePush(repositoryOf(run), remote, branch);
  if (push.commits.length === 0)
    return tell(run, {
      exitCode: EXIT.ok,
      request: null,
      message: `${remote} has every commit of ${branch} already`,
    });
  const request = composePush(run, push);
  await removeOutdated(run, request);
  const answer = await answerTo(run, request);
  if (answer.type === 'approved') return pushApproved(run, push, request, answer.approval);
  const { outcome, reason } = await leaveWaiting(run, request, answer);
  const exitCode = outcome === 'refused' ? EXIT.blocked : EXIT.approval;
  return tell(run, { exitCode, request: request.id, message: reason.message });
}

async function pushApproved(
  run: RunContext,
  push: PushDescription,
  request: ApprovalRequest,
  approval: Approval,
): Promise<PushEnd> {
  const { remote, branch, head } = push;
  try {
    await ensureLedger(run.control);
    await consumeApproval(run.control, approval);
    await note(run, {
      event: 'consumed',
      request: request.id,
      approval: approval.id,
      migration: null,
    });
    await pushBranch(repositoryOf(run), push);
  } catch (error) {
    if (error instanceof Blocked) {
      const { message } = error.conclusion.reason;
      return tell(run, { exitCode: EXIT.approval, request: request.id, message });
    }
    if (!(error instanceof PitstopError)) throw error;
    const message = `${branch} was not pushed: ${error.message}`;
    const failed = new PitstopError('push-failed', message, { hint: error.hint, cause: error });
    return tell(run, { exitCode: failed.exitCode, request: request.id, message }, failed);
  }
  await note(run, { event: 'pushed', remote, branch, commit: head });
  await removeRepositoryFile(run, requestPath(request.id));
  const message = `${branch} is at ${head.slice(0, 12)} on ${remote}, approved by ${approval.approver}`;
  return tell(run, { exitCode: EXIT.ok, request: request.id, message });
}

/** The commits are what a person looks at; their last one's hash binds them all. */
function composePush(
  run: RunContext,
  { remote, url, branch, head, commits }: PushDescription,
): ApprovalRequest {
  return requestOf(
    redact({
      action: 'push',
      item: null,
      summary: `push ${branch} to ${remote}`,
      environment: run.environment,
      target: targetOf(run),
      statements: [],
      undo: [],
      files: [],
      objects: [branch],
      push: { remote, url, branch, head },
    }),
    redact({
      // A push touches nothing in the database.
      state: canonicalSha256([]),
      reason: 'commits leave this machine',
      effects: commits.map(({ commit, subject }) => `sends ${commit.slice(0, 12)} ${subject}`),
      appliedBefore: [],
    }),
  );
}

/** Requests for earlier commits of the branch are nobody's question any more. */
async function removeOutdated(run: RunContext, request: ApprovalRequest): Promise<void> {
  for (const { id, push } of await readRequestFiles(run.root)) {
    if (push?.branch === request.push?.branch && push?.remote === request.push?.remote && id !== request.id)
      await removeRepositoryFile(run, requestPath(id));
  }
}

function tell(run: RunContext, end: Omit<PushEnd, 'error'>, error: PitstopError | null = null): PushEnd {
  run.emit({ type: 'phase', id: null, phase: 'push', message: end.message });
  return { ...end, error };
}
