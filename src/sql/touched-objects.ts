import type { Node, SelectStmt } from '@pgsql/types';
import type { TouchedObject } from './object.ts';
import { relation } from './object.ts';
import { routineBody } from './routine-body.ts';
import { TOUCHES, type Touch } from './touches.ts';
import { fieldsOf, nodesOf, type Visited } from './walk.ts';

/** What a statement, or several, change or lock. */
export interface Touched {
  /** In the order of the text, each object once for each thing that is done to it. */
  readonly objects: readonly TouchedObject[];
  /** Whether `CASCADE` is asked for anywhere. */
  readonly cascade: boolean;
  /** Whether more may be touched than can be read: dynamic SQL, a procedure, a language other than SQL and PL/pgSQL. */
  readonly opaque: boolean;
}

/** One statement with its text; what `parseStatements` gives. */
interface Source {
  readonly tree: Node;
  readonly sql: string;
}

/**
 * The objects that statements name as what they change or lock, at any depth: also in CTEs, under `EXPLAIN`, in `DO`
 * and in the bodies of functions and rules that they define. Reads are no touch. Needs `loadParser()` before.
 */
export function touchedObjects(statements: readonly Source[]): Touched {
  const found: TouchedObject[] = [];
  let cascade = false;
  let opaque = false;
  const visit = (tree: unknown, sql: string | null, later: boolean) => {
    for (const node of nodesOf(tree, entered)) {
      found.push(...touchesOf(node).map((touch) => ({ ...touch, later })));
      if (node.fields['behavior'] === 'DROP_CASCADE') cascade = true;
      if (RUNS_UNSEEN.has(node.tag ?? '')) opaque = true;
      const rule = fieldsOf(node, 'RuleStmt');
      if (rule !== null) visit(rule.actions, null, true);
      const definition = fieldsOf(node, 'CreateFunctionStmt');
      const routine = definition ?? fieldsOf(node, 'DoStmt');
      if (routine === null) continue;
      const body = routineBody(routine, sql);
      // What a definition hides runs later, if at all.
      if (body.opaque) opaque = true;
      visit(body.statements, null, later || definition !== null);
    }
  };
  for (const { tree, sql } of statements) visit(tree, sql, false);
  const unique = new Map(found.map((object) => [JSON.stringify(object), object]));
  return { objects: [...unique.values()], cascade, opaque };
}

/** Their statements are named elsewhere or built elsewhere. */
const RUNS_UNSEEN: ReadonlySet<string> = new Set(['CallStmt', 'ExecuteStmt', 'LoadStmt']);

/** Bodies of definitions are visited on their own, to know that they run later. */
function entered({ tag }: Visited): boolean {
  return tag !== 'CreateFunctionStmt' && tag !== 'RuleStmt';
}

function touchesOf(node: Visited): Touch[] {
  // The table inside of CREATE FOREIGN TABLE is that foreign table.
  if (node.field === 'base') return [];
  const select = fieldsOf(node, 'SelectStmt');
  if (select !== null) return lockedRows(select);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's keys are node types, and this is one or nothing
  const touches = TOUCHES[node.tag as keyof typeof TOUCHES] as ((fields: object) => Touch[]) | undefined;
  return touches?.(node.fields) ?? [];
}

/** `SELECT … FOR UPDATE` locks rows of the tables of its FROM clause, all or those that `OF` names. */
function lockedRows({ fromClause, lockingClause, withClause, intoClause }: SelectStmt): Touch[] {
  const into: Touch[] =
    intoClause?.rel === undefined ? [] : [{ ...relation('OBJECT_TABLE', intoClause.rel), action: 'create' }];
  if (lockingClause === undefined) return into;
  const expressions = new Set(
    (withClause?.ctes ?? []).flatMap((cte) =>
      'CommonTableExpr' in cte ? [cte.CommonTableExpr.ctename] : [],
    ),
  );
  const named = lockingClause.flatMap((clause) =>
    'LockingClause' in clause
      ? (clause.LockingClause.lockedRels ?? []).flatMap((rel) =>
          'RangeVar' in rel ? [rel.RangeVar.relname] : [],
        )
      : [],
  );
  const ranges = [...nodesOf(fromClause ?? [], ({ tag }) => tag !== 'RangeSubselect')].flatMap(
    (node) => fieldsOf(node, 'RangeVar') ?? [],
  );
  return [
    ...into,
    ...ranges
      .filter((range) => range.schemaname !== undefined || !expressions.has(range.relname))
      .filter((range) => named.length === 0 || named.includes(range.alias?.aliasname ?? range.relname))
      .map((range): Touch => ({ ...relation('OBJECT_TABLE', range), action: 'lock' })),
  ];
}
