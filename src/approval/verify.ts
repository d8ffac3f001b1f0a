import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PitstopError } from '../errors.ts';
import { readPayload } from './payload.ts';
import { runSshKeygen } from './ssh-keygen.ts';
import { parseSigners, principalsOf, type Signer } from './signers-list.ts';

/** Signatures for another purpose, such as git's, are none for approvals. */
export const NAMESPACE = 'pitstop-approval@v1';

/** Some 300 bytes for the usual keys, some 2,000 for the largest. */
const LONGEST_SIGNATURE = 16_384;

/** Who has signed. */
export interface VerifiedApprover {
  readonly principal: string;
  /** `SHA256:…` of the key that signed, for the records. */
  readonly fingerprint: string;
}

/**
 * Verifies the signature over an approval with `ssh-keygen -Y verify`, for the approver that the payload names, at this
 * machine's present time: an approver whose line has expired no longer approves, whatever time the payload claims.
 * `signers` is the text of the list, read once where it is out of reach (`readSigners`).
 */
export async function verifyApproval({
  payloadText,
  signature,
  signers,
}: {
  readonly payloadText: string;
  readonly signature: string;
  readonly signers: string;
}): Promise<VerifiedApprover> {
  const { approver } = readPayload(Buffer.from(payloadText, 'utf8'));
  const list = parseSigners(signers);
  if (list.problems.length > 0)
    throw notAllowed(approver, `the list of allowed signers is not one: ${list.problems.join('; ')}`);
  if (!(await isSignatureOver(payloadText, signature))) {
    throw new PitstopError('approval-signature-invalid', 'the signature is not one over this approval', {
      hint: 'Approve again; neither of the two files may be edited or mixed with those of another approval.',
    });
  }
  const answer = await withFiles({ signature, signers }, (paths) =>
    runSshKeygen({
      args: ['-Y', 'verify', '-n', NAMESPACE, '-I', approver, '-f', paths.signers, '-s', paths.signature],
      input: payloadText,
    }),
  );
  const good = /^Good "[^"]*" signature for \S+ with (\S+) key (SHA256:\S+)\n$/.exec(answer.stdout);
  const [, type = '', fingerprint = ''] = good ?? [];
  if (!answer.succeeded || !isNamed(list.signers, { approver, type, fingerprint }))
    throw notAllowed(approver, 'the list of allowed signers does not have this key for this name, now');
  return { principal: approver, fingerprint };
}

/** Whether somebody, whoever it is, has signed exactly this text for approvals. */
export async function isSignatureOver(text: string, signature: string): Promise<boolean> {
  if (signature.length > LONGEST_SIGNATURE) return false;
  const answer = await withFiles({ signature }, (paths) =>
    runSshKeygen({ args: ['-Y', 'check-novalidate', '-n', NAMESPACE, '-s', paths.signature], input: text }),
  );
  return answer.succeeded;
}

/**
 * ssh-keygen reads the list from a file of ours, which other processes of the same user could exchange under its hands. So
 * the key that it accepted has to be in the list that was read. A certificate is taken on its word.
 */
function isNamed(
  signers: readonly Signer[],
  { approver, type, fingerprint }: { approver: string; type: string; fingerprint: string },
): boolean {
  if (type.endsWith('-CERT')) return signers.some(({ authority }) => authority);
  return principalsOf(signers, fingerprint).includes(approver);
}

/** Puts texts into files of a private folder for as long as something reads them. */
async function withFiles<Name extends string, T>(
  texts: Readonly<Record<Name, string>>,
  use: (paths: Readonly<Record<Name, string>>) => Promise<T>,
): Promise<T> {
  // 0700, as mkdtemp makes them.
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-approval-'));
  try {
    const names = Object.keys(texts) as Name[];
    for (const name of names) await writeFile(join(folder, name), texts[name], { flag: 'wx', mode: 0o600 });
    return await use(
      Object.fromEntries(names.map((name) => [name, join(folder, name)])) as Record<Name, string>,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function notAllowed(approver: string, why: string): PitstopError {
  return new PitstopError('approver-not-allowed', `${approver} may not approve: ${why}`, {
    hint: 'Whoever keeps the list decides who approves; `pitstop doctor` says where it is.',
  });
}
