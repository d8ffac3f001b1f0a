import type { Node } from '@pgsql/types';
import { hasSqlDetails, loadModule, parseSync, scanSync } from 'libpg-query';

/** One statement of a text, as the server's own grammar reads it. */
export interface Statement {
  readonly tree: Node;
  /** The exact source text of the statement, without the terminating semicolon and surrounding white space. */
  readonly sql: string;
}

export class SqlSyntaxError extends Error {
  override readonly name = 'SqlSyntaxError';
  /** 0-based, in UTF-16 code units of the given text; null where the parser names none. */
  readonly position: number | null;

  constructor(message: string, position: number | null, cause: unknown) {
    super(message, { cause });
    this.position = position;
  }
}

/** Loads the parser's WebAssembly once. Whatever needs the parser awaits this first; a failure to load is final. */
export const loadParser = loadModule;

/**
 * Characters that the parser, the server and a reader's screen do not read alike: NUL ends the text for the
 * parser, a lone carriage return ends a comment for the server but for few editors, other control and
 * bidirectional characters, invisible ones and lone surrogates hide what is written.
 */
const DECEPTIVE =
  /(?![\t\n\r]|\p{Variation_Selector})[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]|\r(?!\n)/u;

/** For the server these are letters of a name, for a reader spaces, or nothing. In a string they are what they seem. */
const ODD_IN_NAME = /[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]|\p{Variation_Selector}/u;

/**
 * Splits a text into statements with libpg-query (PostgreSQL 18's grammar). Needs `loadParser()` before.
 * @throws SqlSyntaxError for whatever does not parse, deceptive characters included.
 */
export function parseStatements(sql: string): Statement[] {
  const deceptive = DECEPTIVE.exec(sql);
  if (deceptive !== null) {
    const codePoint = deceptive[0].codePointAt(0) ?? 0;
    const shown = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
    throw new SqlSyntaxError(`the control character ${shown} is not accepted in SQL`, deceptive.index, null);
  }
  if (sql.trim() === '') return [];
  const odd = ODD_IN_NAME.exec(sql);
  if (odd !== null && isInName(sql))
    throw new SqlSyntaxError('a name contains a space or mark that does not show', odd.index, null);
  // libpg-query counts in UTF-8 bytes, JavaScript in UTF-16 code units.
  const bytes = Buffer.from(sql, 'utf8');
  return (parse(sql).stmts ?? []).flatMap((raw) => {
    if (raw.stmt === undefined) return [];
    const start = raw.stmt_location ?? 0;
    const end = raw.stmt_len ? start + raw.stmt_len : bytes.length;
    return [{ tree: raw.stmt, sql: bytes.subarray(start, end).toString('utf8').trim() }];
  });
}

/** The same, for whoever only wants to look: no statement where the text does not parse. */
export function statementsOrNone(sql: string): Statement[] {
  try {
    return parseStatements(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return [];
    throw error;
  }
}

function isInName(sql: string): boolean {
  try {
    return scanSync(sql).tokens.some(
      ({ tokenName, text }) => /^U?IDENT$/.test(tokenName) && ODD_IN_NAME.test(text),
    );
  } catch {
    // Parsing says what is wrong with it.
    return false;
  }
}

function parse(sql: string): ReturnType<typeof parseSync> {
  try {
    return parseSync(sql);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const position = hasSqlDetails(cause) ? (cause.sqlDetails?.cursorPosition ?? null) : null;
    throw new SqlSyntaxError(message, position === null ? null : codeUnits(sql, position), cause);
  }
}

/** The parser counts an error's position in code points, JavaScript in UTF-16 code units. */
function codeUnits(sql: string, codePoints: number): number {
  return Array.from(sql).slice(0, codePoints).join('').length;
}
