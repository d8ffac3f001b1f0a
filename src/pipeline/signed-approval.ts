import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPayload } from '../approval/check.ts';
import { approvalFiles, readPayload } from '../approval/payload.ts';
import { readSigners } from '../approval/signers.ts';
import { verifyApproval } from '../approval/verify.ts';
import { PitstopError } from '../errors.ts';
import { exists } from '../files/root.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import { systemCode } from '../files/system-error.ts';
import type { Approval } from '../gate/approval.ts';
import type { ApprovalRequest } from '../gate/request.ts';
import { readServerTime } from '../pg/catalog/server.ts';
import type { Reason } from '../outcome.ts';
import type { RunContext } from './context.ts';

/** Where signed approvals are looked for, relative to the repository's root. */
const APPROVALS = `${STATE_FOLDER}/approvals`;

/** Paths of a request's signed approval, relative to the repository's root. */
export function approvalPaths(id: string): { readonly payload: string; readonly signature: string } {
  const { payload, signature } = approvalFiles(id);
  return { payload: `${APPROVALS}/${payload}`, signature: `${APPROVALS}/${signature}` };
}

/** Whether somebody has put a signed approval there; whether it counts is another question. */
export async function isSigned(root: string, id: string): Promise<boolean> {
  return exists(join(root, approvalPaths(id).payload));
}

export type SignedAnswer =
  | { readonly type: 'valid'; readonly approval: Approval }
  /** Somebody signed, and it does not count: why. */
  | { readonly type: 'invalid'; readonly problem: Reason }
  | { readonly type: 'none' };

/**
 * Reads the signed approval of a request and checks everything but whether it was used: the signature against a list
 * that is out of our reach, and what it binds against what is about to be done, by the server's clock.
 */
export async function readSignedApproval(run: RunContext, request: ApprovalRequest): Promise<SignedAnswer> {
  const paths = approvalPaths(request.id);
  const [payloadText, signature] = [
    await readText(run.root, paths.payload),
    await readText(run.root, paths.signature),
  ];
  if (payloadText === null) return { type: 'none' };
  if (signature === null) return invalid('approval-unreadable', `${paths.signature} is missing`);
  const { list, problems } = await readSigners({
    file: run.config.approvals.allowedSigners,
    repositoryRoot: run.root,
    session: run.reader,
  });
  if (list === null)
    return invalid('no-signers', `no list of allowed signers is out of reach here: ${problems.join('; ')}`);
  try {
    const { principal } = await verifyApproval({ payloadText, signature, signers: list.text });
    const payload = readPayload(Buffer.from(payloadText, 'utf8'));
    const { id, sha256: requestSha256, environment, target, state } = request;
    const expected = { request: id, requestSha256, environment, target, state };
    const problem = checkPayload(payload, expected, await readServerTime(run.reader));
    if (problem !== null) return invalid(problem.code, problem.message);
    const { approval, issued, expires } = payload;
    const signed = { payload: payloadText, signature };
    return {
      type: 'valid',
      approval: {
        id: approval,
        request: id,
        requestSha256,
        method: 'ssh',
        approver: principal,
        environment,
        issued,
        expires,
        signed,
      },
    };
  } catch (error) {
    if (error instanceof PitstopError) return invalid(error.code, error.message);
    throw error;
  }
}

function invalid(code: string, message: string): SignedAnswer {
  return {
    type: 'invalid',
    problem: { code, message: `the approval that was given does not count: ${message}` },
  };
}

/** Larger than any payload or signature, and small enough to read whole. */
const LARGEST_FILE = 65_536;

async function readText(root: string, path: string): Promise<string | null> {
  try {
    const bytes = await readFile(join(root, path));
    return bytes.length > LARGEST_FILE ? '' : bytes.toString('utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
