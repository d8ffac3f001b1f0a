/** Takes secrets out of whatever is about to be written or printed. */
export type Redact = <T>(value: T) => T;

/** `postgres://user:secret@host` in any text, up to the last @: people forget to escape those of a password. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)[^\s/?#]+@/gi;
/** `…?user=app&password=secret`, which libpq takes too. */
const PASSWORD_PARAMETER = /([?&](?:ssl)?password=)[^\s&#'"`]+/gi;
/** `PGPASSWORD=secret psql …`. */
const PASSWORD_VARIABLE = /\b(PGPASSWORD=)(?:'[^']*'|"[^"]*"|[^\s'"`]+)/g;
/** `host=db password=secret`, libpq's other form; only in what programs print, since SQL may say the same of a column. */
const PASSWORD_KEYWORD = /\b((?:ssl)?password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s'"`]+)/gi;

const SECRET_NAME = /password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credential/i;
/** A shorter value is no secret, and would be found in ordinary words. */
const SECRET_LENGTH = 6;

/**
 * Replaces passwords in URLs, in every string of a JSON-like value: task texts, statements and server messages may
 * quote one. The target's own password is never part of a message; looking for it as a word would garble ordinary text.
 */
export const redact: Redact = (value) => redactAny(value) as typeof value;

function redactAny(value: unknown): unknown {
  if (typeof value === 'string')
    return value
      .replace(URL_PASSWORD, '$1***@')
      .replace(PASSWORD_PARAMETER, '$1***')
      .replace(PASSWORD_VARIABLE, '$1***');
  if (Array.isArray(value)) return value.map(redactAny);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactAny(part)]));
}

/** The values that an environment keeps secret: variables whose name says so, and passwords of URLs. Longest first. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const found = Object.entries(env).flatMap(([name, value = '']) => {
    const passwords = [...value.matchAll(/:\/\/[^\s:@/]*:([^\s/?#]+)@/g)].map(
      ([, password = '']) => password,
    );
    return [...(SECRET_NAME.test(name) ? [value] : []), ...passwords, ...passwords.map(decoded)];
  });
  return [...new Set(found)]
    .filter((secret) => secret.length >= SECRET_LENGTH)
    .toSorted((a, b) => b.length - a.length);
}

/** Text that a program has printed, without passwords in the forms that programs print, and without the given secrets. */
export function redactOutput(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return redact(known).replace(PASSWORD_KEYWORD, '$1***');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
