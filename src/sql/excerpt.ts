import { NOT_SHOWN, withoutConstants } from './normalize.ts';

/** What begins something that has an end: a string, a quoted name, a comment. */
const OPENING = /['"$/]/;

/**
 * The beginning of a statement without its constants and comments, of at most `length` characters, ` …` at the end where
 * something is missing. Servers cut statements off (`track_activity_query_size`): one that ends within a string is shown up
 * to there. What was shown once is shown the same again. Needs `loadParser()` before; without it nothing is shown.
 */
export function excerptWithoutConstants(sql: string, length: number): string {
  const shown = readablePart(sql);
  if (shown.length <= length) return shown;
  return `${readablePart(shown.slice(0, length - 2)).replace(/ …$/, '')} …`;
}

/** Tokens are read from the left, so that the part before an open one is read as in the whole text. */
function readablePart(sql: string): string {
  if (sql.trim() === '') return '';
  const whole = withoutConstants(sql);
  if (whole !== NOT_SHOWN) return whole;
  for (let end = sql.length - 1; end > 0; end--) {
    if (!OPENING.test(sql.charAt(end))) continue;
    const part = withoutConstants(sql.slice(0, end));
    if (part !== NOT_SHOWN && part !== '') return `${part} …`;
  }
  return NOT_SHOWN;
}
