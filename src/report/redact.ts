/** Takes secrets out of whatever is about to be written or printed. */
export type Redact = <T>(value: T) => T;

/** `postgres://user:secret@host` in any text, up to the last @: people forget to escape those of a password. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)[^\s/?#]+@/gi;
/** `…?user=app&password=secret`, which libpq takes too. */
const PASSWORD_PARAMETER = /([?&](?:ssl)?password=)[^\s&#'"`]+/gi;

/**
 * Replaces passwords in URLs, in every string of a JSON-like value: task texts, statements and server messages may
 * quote one. The target's own password is never part of a message; looking for it as a word would garble ordinary text.
 */
export const redact: Redact = (value) => redactAny(value) as typeof value;

function redactAny(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(URL_PASSWORD, '$1***@').replace(PASSWORD_PARAMETER, '$1***');
  if (Array.isArray(value)) return value.map(redactAny);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactAny(part)]));
}
