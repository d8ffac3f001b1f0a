import { parsePlPgSQLSync, scanSync } from 'libpg-query';
import { isRecord } from './walk.ts';

/**
 * A piece of a PL/pgSQL body: SQL that it runs (expressions as `SELECT …`), an expression whose value it runs as SQL
 * (`dynamic`, again as `SELECT …`), the type of a variable, the end of a transaction, or a node that is not known.
 */
export interface PlpgsqlPart {
  readonly kind: 'sql' | 'dynamic' | 'type' | 'transaction' | 'unknown';
  readonly text: string;
}

/** Nodes of the parser's tree that only hold others. */
const STRUCTURE = new Set(
  `PLpgSQL_function PLpgSQL_row PLpgSQL_rec PLpgSQL_recfield PLpgSQL_var PLpgSQL_stmt_block PLpgSQL_exception_block
   PLpgSQL_exception PLpgSQL_condition PLpgSQL_stmt_assign PLpgSQL_stmt_if PLpgSQL_if_elsif PLpgSQL_stmt_case
   PLpgSQL_case_when PLpgSQL_stmt_loop PLpgSQL_stmt_while PLpgSQL_stmt_fori PLpgSQL_stmt_fors PLpgSQL_stmt_forc
   PLpgSQL_stmt_foreach_a PLpgSQL_stmt_exit PLpgSQL_stmt_return PLpgSQL_stmt_return_next PLpgSQL_stmt_return_query
   PLpgSQL_stmt_raise PLpgSQL_raise_option PLpgSQL_stmt_assert PLpgSQL_stmt_execsql PLpgSQL_stmt_dynexecute
   PLpgSQL_stmt_dynfors PLpgSQL_stmt_getdiag PLpgSQL_diag_item PLpgSQL_stmt_open PLpgSQL_stmt_fetch
   PLpgSQL_stmt_close PLpgSQL_stmt_perform PLpgSQL_stmt_call`.split(/\s+/),
);

/** Statements whose field `query` is an expression that gives the SQL to run, rather than the SQL. */
const DYNAMIC = new Set(['PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_dynfors']);

/**
 * Takes a CREATE FUNCTION, CREATE PROCEDURE or DO in PL/pgSQL apart, declarations and defaults included; null where
 * the parser cannot read the body, as it cannot know the types of the database. Needs `loadParser()` before.
 * @param sql exactly that statement
 */
export function readPlpgsql(sql: string): PlpgsqlPart[] | null {
  let tree: unknown;
  try {
    tree = parsePlPgSQLSync(sql);
  } catch {
    return null;
  }
  const functions = isRecord(tree) ? tree['plpgsql_funcs'] : null;
  if (!Array.isArray(functions) || functions.length !== 1) return null;
  return [...partsOf(functions)];
}

interface Pending {
  readonly value: unknown;
  /** The node that the value is a field of. */
  readonly owner: string;
  readonly field: string;
}

function* partsOf(tree: unknown): Generator<PlpgsqlPart> {
  const pending: Pending[] = [{ value: tree, owner: '', field: '' }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, owner, field } = next;
    if (Array.isArray(value)) {
      for (const element of value) pending.push({ value: element, owner, field });
      continue;
    }
    if (!isRecord(value)) continue;
    for (const [name, child] of Object.entries(value)) {
      if (!name.startsWith('PLpgSQL_')) {
        pending.push({ value: child, owner, field: name });
        continue;
      }
      const part = partOf(name, child, (DYNAMIC.has(owner) && field === 'query') || field === 'dynquery');
      if (part !== null) yield part;
      if (isRecord(child))
        for (const [inner, grandchild] of Object.entries(child))
          pending.push({ value: grandchild, owner: name, field: inner });
    }
  }
}

function partOf(name: string, fields: unknown, isDynamic: boolean): PlpgsqlPart | null {
  if (name === 'PLpgSQL_expr' && isRecord(fields)) return expressionOf(fields, isDynamic);
  if (name === 'PLpgSQL_type' && isRecord(fields)) return { kind: 'type', text: String(fields['typname']) };
  if (name === 'PLpgSQL_stmt_commit' || name === 'PLpgSQL_stmt_rollback')
    return { kind: 'transaction', text: name };
  return STRUCTURE.has(name) ? null : { kind: 'unknown', text: name };
}

/** The parser's mode says what the text of an expression is. */
function expressionOf(fields: Readonly<Record<string, unknown>>, isDynamic: boolean): PlpgsqlPart {
  const text = String(fields['query']);
  const mode = fields['parseMode'] ?? 0;
  if (isDynamic) return { kind: mode === 2 ? 'dynamic' : 'unknown', text: `SELECT ${text}` };
  if (mode === 0) return { kind: 'sql', text };
  if (mode === 2) return { kind: 'sql', text: `SELECT ${text}` };
  const assigned = assignmentOf(text);
  return assigned === null ? { kind: 'unknown', text } : { kind: 'sql', text: assigned };
}

/** `a[f(1)] := b` as `SELECT a[f(1)], b`: both sides are computed. */
function assignmentOf(text: string): string | null {
  let tokens;
  try {
    ({ tokens } = scanSync(text));
  } catch {
    return null;
  }
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '[' || token.text === '(') depth += 1;
    if (token.text === ']' || token.text === ')') depth -= 1;
    if (depth > 0 || (token.text !== ':=' && token.text !== '=')) continue;
    const bytes = Buffer.from(text, 'utf8');
    const side = (from: number, to?: number) => bytes.subarray(from, to).toString('utf8');
    return `SELECT ${side(0, token.start)}, ${side(token.end)}`;
  }
  return null;
}
