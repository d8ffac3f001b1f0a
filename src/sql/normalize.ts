import { normalizeSync } from 'libpg-query';

/** A statement with `$n` in place of its literals; where it cannot be read, nothing of it. Needs `loadParser()` before. */
export function withoutLiterals(sql: string): string {
  try {
    return normalizeSync(sql);
  } catch {
    return '(not shown)';
  }
}
