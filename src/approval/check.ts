import { type ApprovalPayload, type Approved, type ApprovedTarget, validityOf } from './payload.ts';

/** Why an approval does not cover what is about to be done. */
export interface ApprovalProblem {
  readonly code: ApprovalProblemCode;
  readonly message: string;
}

type ApprovalProblemCode =
  | 'approval-other-request'
  | 'approval-other-target'
  | 'approval-other-environment'
  | 'approval-stale'
  | 'approval-too-long'
  | 'approval-not-yet-valid'
  | 'approval-expired';

/** How far the approver's clock may be ahead of the server's. */
const CLOCK_SKEW_MS = 5 * 60_000;

const PARTS: readonly [keyof ApprovedTarget, string][] = [
  ['systemIdentifier', 'server (system identifier)'],
  ['database', 'database'],
  ['databaseOid', 'database (OID)'],
  ['host', 'host'],
  ['port', 'port'],
  ['role', 'role'],
];

/**
 * Compares an approval, whose signature somebody has verified, with what is about to be done; null where it covers it.
 * `expected` is computed afresh, right before; `serverNow` is the target's clock, since that is the one nobody here can turn.
 * Whether it was used before only the ledger knows.
 */
export function checkPayload(
  payload: ApprovalPayload,
  expected: Approved,
  serverNow: Date,
): ApprovalProblem | null {
  return checkWhat(payload, expected) ?? checkWhen(payload, serverNow.getTime());
}

function checkWhat(payload: ApprovalPayload, expected: Approved): ApprovalProblem | null {
  if (payload.request !== expected.request)
    return problem('approval-other-request', `it is for request ${payload.request}, not ${expected.request}`);
  if (payload.requestSha256 !== expected.requestSha256)
    return problem(
      'approval-other-request',
      `request ${expected.request} is not what it was when it was approved`,
    );
  const differing = PARTS.flatMap(([part, name]) =>
    payload.target[part] === expected.target[part]
      ? []
      : [`${name} ${payload.target[part]}, not ${expected.target[part]}`],
  );
  if (differing.length > 0)
    return problem('approval-other-target', `it is for another target: ${differing.join('; ')}`);
  if (payload.environment !== expected.environment) {
    const message = `it is for ${payload.environment}, and the target is ${expected.environment}`;
    return problem('approval-other-environment', message);
  }
  if (payload.state !== expected.state)
    return problem('approval-stale', 'the relations that it touches have changed since it was given');
  return null;
}

function checkWhen({ environment, issued, expires }: ApprovalPayload, now: number): ApprovalProblem | null {
  const { longestMs } = validityOf(environment);
  const [from, until] = [Date.parse(issued), Date.parse(expires)];
  if (until - from > longestMs) {
    const message = `it holds from ${issued} to ${expires}; on ${environment} ${longestMs / 3_600_000} h are accepted at most`;
    return problem('approval-too-long', message);
  }
  if (now < from - CLOCK_SKEW_MS) return problem('approval-not-yet-valid', `it is valid from ${issued} on`);
  if (now >= until) return problem('approval-expired', `it expired at ${expires}`);
  return null;
}

function problem(code: ApprovalProblemCode, message: string): ApprovalProblem {
  return { code, message };
}
