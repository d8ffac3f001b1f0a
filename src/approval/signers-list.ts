import { createHash } from 'node:crypto';

/** One line of a list of allowed signers, in the format that `ssh-keygen` documents under ALLOWED SIGNERS. */
export interface Signer {
  /** One name; of a certificate authority it may be a pattern or several. */
  readonly principals: readonly string[];
  readonly authority: boolean;
  /** `SHA256:…`, as ssh-keygen prints it. */
  readonly fingerprint: string;
  /** 1-based. */
  readonly line: number;
}

/** Longest line: an RSA key of 16,384 bits has some 2,800 characters. */
const LONGEST_LINE = 16_384;

/** The strings that a public key of a type consists of, its type included. */
const KEY_PARTS: ReadonlyMap<string, number> = new Map([
  ['ssh-ed25519', 2],
  ['ssh-rsa', 3],
  ['ecdsa-sha2-nistp256', 3],
  ['ecdsa-sha2-nistp384', 3],
  ['ecdsa-sha2-nistp521', 3],
  ['sk-ssh-ed25519@openssh.com', 3],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 4],
]);

const OPTION =
  /^(?:cert-authority|namespaces="[^"]+"|valid-(?:after|before)="?\d{8}(?:\d{4}(?:\d{2})?)?Z?"?)(?:,|$)/i;

/**
 * Reads a list strictly: a text that is anything but a list of signers, such as a log in which somebody left a line
 * that looks like one, has a problem in it and counts for nothing. ssh-keygen itself would pass over such lines.
 */
export function parseSigners(text: string): { signers: readonly Signer[]; problems: readonly string[] } {
  const signers: Signer[] = [];
  const problems: string[] = [];
  for (const [at, content] of text.split('\n').entries()) {
    if (/^[ \t]*(?:#|$)/.test(content) && !hasControls(content)) continue;
    const signer = parseLine(content);
    if (typeof signer === 'string') problems.push(`line ${at + 1}: ${signer}`);
    else signers.push({ ...signer, line: at + 1 });
  }
  if (signers.length === 0 && problems.length === 0) problems.push('it names no signer');
  return { signers, problems };
}

/** Whose the key is, by the lines that name it; certificates are not looked through. */
export function principalsOf(signers: readonly Signer[], fingerprint: string): readonly string[] {
  const names = signers.flatMap((signer) =>
    !signer.authority && signer.fingerprint === fingerprint ? signer.principals : [],
  );
  return [...new Set(names)];
}

/** The signer, or what is wrong with the line. */
function parseLine(content: string): Omit<Signer, 'line'> | string {
  if (content.length > LONGEST_LINE) return 'it is too long';
  if (hasControls(content)) return 'it has control characters (a carriage return at the end is one)';
  const match = /^[ \t]*(?:"([^"]+)"|([^\s"]+))[ \t]+(.*)$/.exec(content);
  if (match === null) return 'a principal and a key are expected';
  const principals = (match[1] ?? match[2] ?? '').split(',');
  const { options, rest } = splitOptions(match[3] ?? '');
  if (options === null) return 'its options are not those of a list of signers';
  const [type = '', data = ''] = rest.split(/[ \t]+/, 2);
  const fingerprint = fingerprintOf(type, data);
  if (fingerprint === null) return 'it has no key that can be read';
  const authority = options.some((option) => option.toLowerCase() === 'cert-authority');
  if (principals.includes('')) return 'a principal is empty';
  if (!authority && (principals.length > 1 || principals.some((name) => /[*?!]/.test(name))))
    return 'a key is for one name, without wildcards: it has to tell who approved';
  return { principals, authority, fingerprint };
}

/** Options stand before the key where the text does not begin with the type of one; null where they are malformed. */
function splitOptions(text: string): { options: readonly string[] | null; rest: string } {
  if (KEY_PARTS.has(text.split(/[ \t]/, 1)[0] ?? '')) return { options: [], rest: text };
  const [word = ''] = /^(?:[^\s"]|"[^"]*")+/.exec(text) ?? [];
  const options: string[] = [];
  for (let left = word; left !== '';) {
    const [found] = OPTION.exec(left) ?? [];
    if (found === undefined) return { options: null, rest: '' };
    options.push(found.replace(/,$/, ''));
    left = left.slice(found.length);
  }
  return {
    options: word === '' || word.endsWith(',') ? null : options,
    rest: text.slice(word.length).trimStart(),
  };
}

/** A key is its base64 alone: strings with their lengths before them, the first of them its type. */
function fingerprintOf(type: string, data: string): string | null {
  const bytes = Buffer.from(data, 'base64');
  if (data === '' || bytes.toString('base64') !== data) return null;
  let parts = 0;
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (parts === 0 && bytes.toString('latin1', at + 4, end) !== type) return null;
    parts += 1;
    at = end;
  }
  if (at !== bytes.length || parts !== KEY_PARTS.get(type)) return null;
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
}

function hasControls(content: string): boolean {
  return /[^\P{C}\t]/u.test(content);
}
