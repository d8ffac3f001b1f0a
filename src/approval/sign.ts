import { isAbsolute } from 'node:path';
import { PitstopError } from '../errors.ts';
import { principal } from './payload.ts';
import { runSshKeygen, SCRUBBED } from './ssh-keygen.ts';
import { principalsOf, type Signer } from './signers-list.ts';
import { isSignatureOver, NAMESPACE } from './verify.ts';

/** A person types a passphrase, finds the security key, touches it. */
const SIGNED_WITHIN_MS = 5 * 60_000;

/** Where the key is asked for: agent, prompt, security key. Nothing that changes what ssh-keygen loads or runs as helper. */
const PASSED_ON = [
  'HOME',
  'TERM',
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'SSH_ASKPASS_REQUIRE',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
];

export type UserEnvironment = Readonly<Record<string, string | undefined>>;

/** Who signs with a key. */
export interface Approver {
  /** The name that goes into the approval; null where somebody has to say which (`candidates`, which may be none). */
  readonly principal: string | null;
  readonly candidates: readonly string[];
  /** Of the key: `SHA256:…`. */
  readonly fingerprint: string;
  /** Whether the list has this key for this name; null without a list. */
  readonly listed: boolean | null;
}

/**
 * Finds the name to approve under: the one given, else the one that the list has for the key, else, where the list says
 * nothing about it, the key's comment. `keyPath` is absolute: a private key, or the public key of one that an agent holds.
 */
export async function findApprover(
  keyPath: string,
  { as, signers }: { as: string | null; signers: readonly Signer[] | null },
): Promise<Approver> {
  const { fingerprint, comment } = await describeKey(keyPath);
  const candidates = signers === null ? [] : principalsOf(signers, fingerprint);
  const [only = principal.safeParse(comment).data ?? null, another] = candidates;
  const chosen = as ?? (another === undefined ? only : null);
  const listed = signers === null || chosen === null ? null : candidates.includes(chosen);
  return { principal: chosen, candidates, fingerprint, listed };
}

/**
 * Signs the text of a payload: `ssh-keygen -Y sign -n pitstop-approval@v1 -f KEY`. Passphrases and touches are asked for at
 * the terminal, or by the user's SSH_ASKPASS. The text goes in by standard input, never through a file: what is signed
 * is what was shown, whoever else writes files meanwhile.
 *
 * @returns the armoured signature, which is over exactly this text.
 */
export async function signApproval(
  text: string,
  keyPath: string,
  { env, attended }: { env: UserEnvironment; attended: boolean },
): Promise<string> {
  const answer = await runSshKeygen({
    args: ['-q', '-Y', 'sign', '-n', NAMESPACE, '-f', absolute(keyPath)],
    input: text,
    env: signingEnvironment(env),
    timeoutMs: SIGNED_WITHIN_MS,
    attended,
  });
  if (!answer.succeeded) throw signingFailed(keyPath, answer.stderr);
  if (!(await isSignatureOver(text, answer.stdout)))
    throw signingFailed(keyPath, 'the signature is not one over the approval');
  return answer.stdout;
}

/**
 * With a display, ssh-keygen would rather start a graphical askpass than ask at the terminal, since its standard input
 * is none; so it hears of the display only where the user has set one up.
 */
export function signingEnvironment(env: UserEnvironment): Record<string, string> {
  const askpass = env['SSH_ASKPASS'] !== undefined || env['SSH_ASKPASS_REQUIRE'] !== undefined;
  const names = askpass ? [...PASSED_ON, 'DISPLAY'] : PASSED_ON;
  const passed = names.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(passed), ...SCRUBBED };
}

/** `256 SHA256:… comment (ED25519)`: of an encrypted private key too, without its passphrase. */
async function describeKey(keyPath: string): Promise<{ fingerprint: string; comment: string }> {
  const answer = await runSshKeygen({ args: ['-l', '-E', 'sha256', '-f', absolute(keyPath)] });
  const match = /^\d+ (SHA256:\S+) (.*) \([A-Z0-9-]+\)\n$/.exec(answer.stdout);
  if (!answer.succeeded || match === null) throw signingFailed(keyPath, answer.stderr || 'it is not one key');
  return { fingerprint: match[1] ?? '', comment: match[2] ?? '' };
}

function absolute(keyPath: string): string {
  if (!isAbsolute(keyPath)) throw new TypeError('the path of a key is absolute here');
  return keyPath;
}

function signingFailed(keyPath: string, output: string): PitstopError {
  const why = output.trim();
  return new PitstopError('signing-failed', `${keyPath} does not sign${why === '' ? '' : `: ${why}`}`, {
    hint: 'Name a private key, or the public key of one that your agent holds, and enter its passphrase or touch it when asked.',
    file: keyPath,
  });
}
