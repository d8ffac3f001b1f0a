import { z } from 'zod';
import { PitstopError } from '../errors.ts';
import type { Environment } from '../gate/environment.ts';
import { canonicalJson } from '../canonical-json.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long an approval may hold: what it is given unless somebody says otherwise, and what is accepted at most. */
const VALIDITY = {
  production: { usualMs: HOUR_MS, longestMs: HOUR_MS },
  elsewhere: { usualMs: 24 * HOUR_MS, longestMs: 7 * 24 * HOUR_MS },
} as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const moment = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text, {
    message: 'must be a time like 2026-11-22T10:15:00.000Z',
  });

/** A name in the list of signers: one word, and none that a pattern could be taken for. */
export const principal = z
  .string()
  .max(255)
  .regex(
    /^[^\s\p{C}"'*?!,#\\-][^\s\p{C}"'*?!,#\\]*$/u,
    'must be a name without spaces, quotes, commas and wildcards',
  );

const target = z.strictObject({
  systemIdentifier: z.string().regex(/^\d{1,20}$/),
  database: z.string().min(1),
  databaseOid: z.number().int().positive(),
  host: z.string(),
  port: z.number().int().min(0).max(65_535),
  role: z.string().min(1),
});

const approvalPayload = z.strictObject({
  v: z.literal(1),
  approval: z.uuid().lowercase(),
  request: z.string().regex(/^[0-9a-f]{16}$/),
  requestSha256: sha256,
  environment: z.enum(['development', 'test', 'staging', 'production']),
  target,
  state: sha256,
  approver: principal,
  issued: moment,
  expires: moment,
  uses: z.literal(1),
});

/** The target that an approval is for; the request shows the same. */
export type ApprovedTarget = Readonly<z.output<typeof target>>;

/**
 * What an approver signs. `requestSha256` is over the request's canonical content, `state` over the relations that it
 * touches as they were when the approver looked; both 64 hexadecimal digits. Times are UTC, to the millisecond.
 */
export type ApprovalPayload = Readonly<Omit<z.output<typeof approvalPayload>, 'target'>> & {
  readonly target: ApprovedTarget;
};

/** What an approval binds, besides its id, its approver and its times. */
export type Approved = Omit<ApprovalPayload, 'v' | 'approval' | 'approver' | 'issued' | 'expires' | 'uses'>;

/** Completes what is approved; `validMs` shortens or, outside production, prolongs how long it holds. */
export function payloadOf(
  approved: Approved,
  given: { approval: string; approver: string; issued: Date; validMs?: number | undefined },
): ApprovalPayload {
  const { request, requestSha256, environment, state } = approved;
  const validMs = given.validMs ?? validityOf(environment).usualMs;
  const { systemIdentifier, database, databaseOid, host, port, role } = approved.target;
  return approvalPayload.parse({
    v: 1,
    approval: given.approval,
    request,
    requestSha256,
    environment,
    target: { systemIdentifier, database, databaseOid, host, port, role },
    state,
    approver: given.approver,
    issued: given.issued.toISOString(),
    expires: new Date(given.issued.getTime() + validMs).toISOString(),
    uses: 1,
  });
}

export function validityOf(environment: Environment): {
  readonly usualMs: number;
  readonly longestMs: number;
} {
  return environment === 'production' ? VALIDITY.production : VALIDITY.elsewhere;
}

/** The exact bytes that are signed and stored, as text. */
export function payloadText(payload: ApprovalPayload): string {
  return canonicalJson(payload);
}

/**
 * Reads what somebody stored. Only the canonical form counts, so that an approval has one sequence of bytes: keys said
 * twice, other spellings and trailing text are all `approval-unreadable`.
 */
export function readPayload(bytes: Uint8Array): ApprovalPayload {
  const text = decode(bytes);
  const parsed = approvalPayload.safeParse(parseJson(text));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'all of it'}: ${message}`,
    );
    throw unreadable(problems.join('; '));
  }
  if (canonicalJson(parsed.data) !== text) throw unreadable('it is not in canonical form (RFC 8785)');
  return parsed.data;
}

/** The names of an approval's two files in `.pitstop/approvals/`; `id` is the approval's or the request's. */
export function approvalFiles(id: string): { readonly payload: string; readonly signature: string } {
  if (!/^[0-9a-f-]+$/.test(id))
    throw new TypeError('an id of hexadecimal digits names the files of an approval');
  return { payload: `${id}.approval.json`, signature: `${id}.approval.json.sig` };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unreadable('it is not UTF-8');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('it is not JSON');
  }
}

function unreadable(why: string): PitstopError {
  return new PitstopError('approval-unreadable', `the approval cannot be read: ${why}`, {
    hint: 'Approve again: an approval is written by `pitstop approve` and never edited.',
  });
}
