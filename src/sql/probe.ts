import type { Node } from '@pgsql/types';
import { parseStatements, SqlSyntaxError, type Statement } from './parse.ts';
import { highestParameter } from './parameters.ts';
import { lineAndColumn } from './position.ts';
import { namesOf, nodesNamed, nodesOf, type Visited } from './walk.ts';

/** A function as a statement calls it. */
export interface FunctionName {
  /** Null where the statement leaves it to the search path. */
  readonly schema: string | null;
  readonly name: string;
}

/** A statement that may be executed to measure it. */
export interface Probe {
  readonly ok: true;
  /** Without the terminating semicolon and what surrounds the statement. */
  readonly sql: string;
  readonly tree: Node;
  /** Every function called anywhere, once each. */
  readonly functions: readonly FunctionName[];
  /** The highest `$n`; 0 where there is none. */
  readonly parameters: number;
}

type ProbeRefusalCode =
  | 'statement-syntax-error'
  | 'statement-empty'
  | 'several-statements'
  | 'statement-not-a-query'
  | 'statement-locks-rows'
  | 'statement-writes';

export interface ProbeRefusal {
  readonly ok: false;
  readonly code: ProbeRefusalCode;
  readonly message: string;
}

export type WritingVerb = 'INSERT' | 'UPDATE' | 'DELETE' | 'MERGE';

/** The statements that write, wherever they stand: at the top or in a `WITH`. */
export const WRITES: Readonly<Record<string, WritingVerb>> = {
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
};

/**
 * Reads a text as a probe: exactly one SELECT, VALUES, TABLE or WITH … SELECT that neither writes nor locks rows.
 * The tree cannot tell what its functions do; see `unsafeFunctions`. Needs `loadParser()` before.
 */
export function readProbe(sql: string): Probe | ProbeRefusal {
  const statement = readOne(sql);
  if ('ok' in statement) return statement;
  const { tree } = statement;
  return (
    refusalOf(tree) ?? {
      ok: true,
      sql: statement.sql,
      tree,
      functions: functionsOf(tree),
      parameters: highestParameter(tree),
    }
  );
}

/** The only statement of a text. */
export function readOne(sql: string): Statement | ProbeRefusal {
  let statements;
  try {
    statements = parseStatements(sql);
  } catch (error) {
    return refuse('statement-syntax-error', describeSyntaxError(sql, error));
  }
  const [statement, ...others] = statements;
  if (statement === undefined) return refuse('statement-empty', 'there is no statement in the text');
  if (others.length > 0)
    return refuse('several-statements', `there are ${statements.length} statements where one is expected`);
  return statement;
}

/** Every function that a tree calls by name, once each. */
export function functionsOf(tree: unknown): FunctionName[] {
  const found = new Map<string, FunctionName>();
  for (const call of nodesNamed(tree, 'FuncCall')) {
    const names = namesOf(call.funcname);
    const called = { schema: names.at(-2) ?? null, name: names.at(-1) ?? '' };
    found.set(JSON.stringify(called), called);
  }
  return [...found.values()];
}

/** Names that are written like columns and may be functions: `('x'::text).upper` is `upper('x')` for the server. */
export function attributesOf({ tag, fields }: Visited): FunctionName[] {
  const names = { A_Indirection: fields['indirection'], ColumnRef: fields['fields'] }[tag ?? ''];
  if (!Array.isArray(names)) return [];
  const written = namesOf(names).map((name) => ({ schema: null, name }));
  return tag === 'ColumnRef' ? written.slice(1) : written;
}

function refusalOf(tree: Node): ProbeRefusal | null {
  for (const { tag, fields } of nodesOf(tree)) {
    const verb = tag === null ? undefined : WRITES[tag];
    if (verb !== undefined) {
      return refuse(
        'statement-writes',
        `the statement contains ${/^[AEIOU]/.test(verb) ? 'an' : 'a'} ${verb}`,
      );
    }
    if ('intoClause' in fields) return refuse('statement-writes', 'SELECT … INTO creates a table');
    if ('lockingClause' in fields)
      return refuse('statement-locks-rows', 'the statement locks rows (FOR UPDATE or FOR SHARE)');
  }
  if (!('SelectStmt' in tree)) {
    const kind = Object.keys(tree)[0]?.replace(/Stmt$/, '') ?? 'unknown';
    return refuse(
      'statement-not-a-query',
      `a query is expected: SELECT, VALUES, TABLE or WITH (this is ${kind})`,
    );
  }
  return null;
}

function refuse(code: ProbeRefusalCode, message: string): ProbeRefusal {
  return { ok: false, code, message };
}

/** `3:14: syntax error at or near "frm"`, line and column from 1. */
function describeSyntaxError(sql: string, error: unknown): string {
  if (!(error instanceof SqlSyntaxError)) throw error;
  if (error.position === null) return error.message;
  return `${lineAndColumn(sql, error.position)}: ${error.message}`;
}
