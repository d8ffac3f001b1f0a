import { normalizeSync, scanSync } from 'libpg-query';

/** What stands for a text that the parser cannot read: it may be anything, a secret too. */
export const NOT_SHOWN = '(not shown)';

/** A statement with `$n` in place of its literals; where it cannot be read, nothing of it. Needs `loadParser()` before. */
export function withoutLiterals(sql: string): string {
  try {
    return normalizeSync(sql);
  } catch {
    return NOT_SHOWN;
  }
}

/** By their first characters: the scanner names not all sorts of strings. `$1` is a parameter, `$x$` begins a string. */
const CONSTANT = /^(?:(?:[a-z]&?)?'|\$(?!\d)|\.?\d)/i;
const COMMENT = /^(?:--|\/\*)/;

/**
 * A text of any statements with `?` in place of every constant, and without comments. `withoutLiterals` keeps both in
 * utility statements: in `COMMENT`, `ALTER DATABASE … SET`, defaults, checks and predicates. Needs `loadParser()` before.
 */
export function withoutConstants(sql: string): string {
  const bytes = Buffer.from(sql, 'utf8');
  try {
    const parts: string[] = [];
    let done = 0;
    // The scanner counts in UTF-8 bytes.
    for (const { start, end } of scanSync(sql).tokens) {
      const token = bytes.subarray(start, end).toString('utf8');
      const instead = CONSTANT.test(token) ? '?' : COMMENT.test(token) ? ' ' : null;
      if (instead === null) continue;
      parts.push(bytes.subarray(done, start).toString('utf8'), instead);
      done = end;
    }
    return [...parts, bytes.subarray(done).toString('utf8')].join('').replaceAll(/\s+/g, ' ').trim();
  } catch {
    return NOT_SHOWN;
  }
}
