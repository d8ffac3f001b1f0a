import type { Node, RangeVar } from '@pgsql/types';
import { highestParameter } from './parameters.ts';
import {
  functionsOf,
  readOne,
  WRITES,
  type FunctionName,
  type ProbeRefusal,
  type WritingVerb,
} from './probe.ts';
import { fieldsOf, nodesOf, type Visited } from './walk.ts';

/** A statement that writes rows; it may be measured where what it does is undone. */
export interface WritingStatement {
  readonly ok: true;
  /** Without the terminating semicolon and what surrounds the statement. */
  readonly sql: string;
  readonly tree: Node;
  /** Every function called anywhere, once each. */
  readonly functions: readonly FunctionName[];
  /** The highest `$n`; 0 where there is none. */
  readonly parameters: number;
  /** What it writes to, in the order of the text. */
  readonly writes: readonly Write[];
}

export interface Write {
  readonly verb: WritingVerb;
  /** Null where the statement leaves it to the search path. */
  readonly schema: string | null;
  readonly table: string;
  /** The columns that an INSERT gives values for; null where it names none, and for other verbs. */
  readonly columns: readonly string[] | null;
  /** Whether it asks for the default of a column, by the word. */
  readonly asksForDefaults: boolean;
  /** An UPDATE or DELETE without WHERE. */
  readonly everyRow: boolean;
}

/** What the catalog says of what a statement may write to. */
export interface WriteTargets {
  /** Those that it names, and those that it reaches through views, partitions and foreign keys. */
  readonly tables: readonly WrittenTable[];
  /** Columns of them whose default is the next value of a sequence. */
  readonly sequences: readonly SequenceColumn[];
  /** Triggers that run an extension's code. */
  readonly extensionTriggers: readonly string[];
}

export interface WrittenTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned-table' | 'view' | 'foreign-table' | 'other';
  /** Without indexes. */
  readonly bytes: number;
  readonly readable: boolean;
}

export interface SequenceColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** Null where the default names it in a way that leaves no trace in the catalog. */
  readonly sequence: { readonly schema: string; readonly name: string } | null;
}

export interface WritingRefusal {
  readonly ok: false;
  readonly code: ProbeRefusal['code'] | 'statement-only-reads';
  readonly message: string;
}

/**
 * Reads a text as a statement that writes rows: exactly one INSERT, UPDATE, DELETE or MERGE, or a query with one of them
 * in its WITH. That it locks rows on its way is part of it. What only reads is for `readProbe`, and stays as strict.
 * The tree cannot tell what triggers, defaults and functions do. Needs `loadParser()` before.
 */
export function readWritingStatement(sql: string): WritingStatement | WritingRefusal {
  const statement = readOne(sql);
  if ('ok' in statement) return statement;
  const { tree } = statement;
  const nodes = [...nodesOf(tree)];
  const top = Object.keys(tree)[0] ?? '';
  if (WRITES[top] === undefined && top !== 'SelectStmt') {
    const kind = top.replace(/Stmt$/, '');
    return refuse(
      'statement-not-a-query',
      `INSERT, UPDATE, DELETE, MERGE or a query is expected (this is ${kind})`,
    );
  }
  if (nodes.some(({ fields }) => 'intoClause' in fields))
    return refuse('statement-writes', 'SELECT … INTO creates a table');
  const writes = nodes.flatMap(writeOf);
  if (writes.length === 0) return refuse('statement-only-reads', 'the statement writes nothing');
  const { sql: text } = statement;
  return {
    ok: true,
    sql: text,
    tree,
    functions: functionsOf(tree),
    parameters: highestParameter(tree),
    writes,
  };
}

function writeOf(node: Visited): Write[] {
  const verb = WRITES[node.tag ?? ''];
  if (verb === undefined) return [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the four statements have their table in this field
  const { schemaname, relname } = (node.fields['relation'] ?? {}) as RangeVar;
  const { selectStmt: rows, cols = [] } = fieldsOf(node, 'InsertStmt') ?? {};
  const named = cols.flatMap((column) => ('ResTarget' in column ? [column.ResTarget.name ?? ''] : []));
  // `DEFAULT VALUES` has no rows of its own.
  const columns = verb === 'INSERT' && (named.length > 0 || rows === undefined) ? named : null;
  const asksForDefaults = [...nodesOf(node.fields)].some(({ tag }) => tag === 'SetToDefault');
  const everyRow = (verb === 'UPDATE' || verb === 'DELETE') && node.fields['whereClause'] === undefined;
  return [{ verb, schema: schemaname ?? null, table: relname ?? '', columns, asksForDefaults, everyRow }];
}

function refuse(code: WritingRefusal['code'], message: string): WritingRefusal {
  return { ok: false, code, message };
}
