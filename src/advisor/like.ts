/** What a LIKE pattern's matches begin with; empty where it begins with a wildcard. */
export function likePrefix(pattern: string): string {
  return /^(?:\\.|[^\\%_])*/su.exec(pattern)?.[0].replaceAll(/\\(.)/gsu, '$1') ?? '';
}

/** Whether a LIKE pattern has three letters or digits in a row, the least that a trigram index can look up. */
export function hasTrigram(pattern: string): boolean {
  return pattern
    .replaceAll(/\\(.)/gsu, '$1')
    .split(/[%_]/)
    .some((part) => /[\p{L}\p{N}]{3}/u.test(part));
}
