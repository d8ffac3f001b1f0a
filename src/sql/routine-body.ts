import type { CreateFunctionStmt, DoStmt, Node } from '@pgsql/types';
import { parsePlPgSQLSync } from 'libpg-query';
import { parseStatements } from './parse.ts';
import { isRecord } from './walk.ts';

/** What can be seen of a routine's body without running it. */
export interface RoutineBody {
  /** The trees of the statements that it holds as text. */
  readonly statements: readonly Node[];
  /** Whether it may do more than that: it builds statements at run time, calls procedures, or cannot be read. */
  readonly opaque: boolean;
}

const OPAQUE: RoutineBody = { statements: [], opaque: true };

/** The body of `DO` or `CREATE FUNCTION`. `sql` is the whole statement's text: the parser of PL/pgSQL asks for that. */
export function routineBody(statement: DoStmt | CreateFunctionStmt, sql: string | null): RoutineBody {
  // `BEGIN ATOMIC`: the statements are part of the tree.
  if ('sql_body' in statement && statement.sql_body !== undefined)
    return { statements: [statement.sql_body], opaque: false };
  const language = textOption(statement, 'language')?.toLowerCase() ?? 'plpgsql';
  const text = textOption(statement, 'as');
  if (language === 'sql' && text !== null) return sqlBody(text);
  if (language === 'plpgsql' && sql !== null) return plpgsqlBody(sql);
  return OPAQUE;
}

function sqlBody(text: string): RoutineBody {
  try {
    return { statements: parseStatements(text).map(({ tree }) => tree), opaque: false };
  } catch {
    return OPAQUE;
  }
}

function plpgsqlBody(sql: string): RoutineBody {
  let parsed: unknown;
  try {
    parsed = parsePlPgSQLSync(sql);
  } catch {
    return OPAQUE;
  }
  const statements: Node[] = [];
  let opaque = false;
  const pending: unknown[] = [parsed];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) pending.push(...value.toReversed());
    if (!isRecord(value)) continue;
    // `EXECUTE`, `OPEN … FOR EXECUTE`, `FOR … IN EXECUTE`, `RETURN QUERY EXECUTE`, `CALL`.
    if (Object.keys(value).some((key) => /^PLpgSQL_stmt_(?:dyn\w+|call)$|^dynquery$/.test(key)))
      opaque = true;
    const query = embedded(value);
    if (query !== null) {
      const body = sqlBody(query);
      statements.push(...body.statements);
      opaque ||= body.opaque;
    }
    pending.push(...Object.values(value).toReversed());
  }
  return { statements, opaque };
}

/** The text of a complete statement (mode 0); expressions and assignments change nothing but variables. */
function embedded({ PLpgSQL_expr: expression }: Readonly<Record<string, unknown>>): string | null {
  if (!isRecord(expression) || (expression['parseMode'] ?? 0) !== 0) return null;
  return typeof expression['query'] === 'string' ? expression['query'] : null;
}

function textOption(statement: DoStmt | CreateFunctionStmt, name: string): string | null {
  const options =
    ('args' in statement ? statement.args : undefined) ??
    ('options' in statement ? statement.options : undefined);
  for (const option of options ?? []) {
    if (!('DefElem' in option) || option.DefElem.defname !== name) continue;
    const { arg } = option.DefElem;
    if (arg !== undefined && 'String' in arg) return arg.String.sval ?? '';
    const [text] = arg !== undefined && 'List' in arg ? (arg.List.items ?? []) : [];
    if (text !== undefined && 'String' in text) return text.String.sval ?? '';
  }
  return null;
}
