import { findStatements } from './find.ts';

/** What ends or escapes something in one language's literals or another's. */
const SPECIAL = /[`"'\\$]/g;

/**
 * The text of a source file with one statement in another's place; null where that cannot be done for certain: the old
 * text has to stand there exactly once as it is, and the file read again has to hold the new one. `$1` and whatever
 * else the old statement has of quotes is known to be fine where it stands; anything further may end the literal.
 * Needs `loadParser()` before.
 */
export function replaceStatement(
  source: string,
  { extension, from, to }: { readonly extension: string; readonly from: string; readonly to: string },
): string | null {
  const isProgram = extension.replace(/^\./, '').toLowerCase() !== 'sql';
  const fitted = from.includes('\n') || !isProgram ? to : onOneLine(to);
  if (fitted === null || (isProgram && !hasOnlyMarksOf(fitted, from))) return null;
  const ends = source.includes('\r\n') ? '\r\n' : '\n';
  const [before, after, ...more] = source.split(from.replaceAll('\n', ends));
  if (before === undefined || after === undefined || more.length > 0) return null;
  const replaced = before + fitted.replaceAll('\n', ends) + after;
  const count = (text: string, sql: string) =>
    findStatements(text, { extension, lines: null }).filter((found) => found.sql === sql).length;
  return count(replaced, fitted) === count(source, fitted) + 1 ? replaced : null;
}

/** Where a statement stands on one line, so does its successor; null where a comment or a string keeps it from that. */
function onOneLine(sql: string): string | null {
  if (!sql.includes('\n')) return sql;
  return /--|'[^']*\n/.test(sql) ? null : sql.replaceAll(/\s*\n\s*/g, ' ');
}

function hasOnlyMarksOf(text: string, other: string): boolean {
  const marks = new Set(other.match(SPECIAL));
  const bare = text.replaceAll(/\$\d+/g, '');
  return (bare.match(SPECIAL) ?? []).every((mark) => marks.has(mark) && mark !== '\\' && mark !== '$');
}
