import type { Approval } from '../gate/approval.ts';
import type { ApprovalRequest } from '../gate/request.ts';
import { exists } from '../files/root.ts';
import { join } from 'node:path';
import type { RunContext } from './context.ts';

export type SignedAnswer =
  | { readonly type: 'valid'; readonly approval: Approval }
  | { readonly type: 'invalid'; readonly problem: string }
  | { readonly type: 'none' };

export async function readSignedApproval(run: RunContext, request: ApprovalRequest): Promise<SignedAnswer> {
  return (await isSigned(run.root, request.id)) ? { type: 'invalid', problem: '' } : { type: 'none' };
}

export async function isSigned(root: string, id: string): Promise<boolean> {
  return exists(join(root, `.pitstop/approvals/${id}.approval.json`));
}
