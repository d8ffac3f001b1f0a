import { functionsOf } from '../../sql/probe.ts';
import { isPure } from '../../sql/pure-functions.ts';
import { isPureOperator, isPureType } from '../../sql/pure-types.ts';
import type { FieldsOf, NodeTag } from '../../sql/walk.ts';
import { namesOf, nodesNamed, nodesOf } from '../../sql/walk.ts';

/** Nodes that compute or read and whose whole meaning is in the tree. Any other makes a statement opaque. */
const UNDERSTOOD: ReadonlySet<string> = new Set<NodeTag>([
  'SelectStmt',
  'ResTarget',
  'RangeVar',
  'RangeSubselect',
  'RangeFunction',
  'RangeTableSample',
  'JoinExpr',
  'Alias',
  'WithClause',
  'CommonTableExpr',
  'SubLink',
  'SortBy',
  'WindowDef',
  'GroupingSet',
  'GroupingFunc',
  'ColumnRef',
  'ParamRef',
  'A_Const',
  'A_Star',
  'A_Expr',
  'A_Indirection',
  'A_Indices',
  'A_ArrayExpr',
  'RowExpr',
  'BoolExpr',
  'NullTest',
  'BooleanTest',
  'CaseExpr',
  'CaseWhen',
  'CoalesceExpr',
  'MinMaxExpr',
  'SQLValueFunction',
  'CollateClause',
  'TypeCast',
  'TypeName',
  'FuncCall',
  'NamedArgExpr',
  'List',
  'String',
  'Integer',
  'Float',
  'Boolean',
  'BitString',
]);

/** Everything in a tree that cannot be seen through, as sentences; empty for what only reads and computes. */
export function opaqueParts(tree: unknown): string[] {
  return [
    ...new Set([
      ...nodesNotUnderstood(tree),
      ...functionsOf(tree)
        .filter((called) => !isPure(called))
        .map(
          ({ schema, name }) =>
            `the function ${schema === null ? '' : `${schema}.`}${name} is not known to be harmless`,
        ),
      ...operators(tree)
        .filter((names) => !isPureOperator(names))
        .map((names) => `the operator ${names.join('.')} is not one of PostgreSQL's own`),
      ...nodesNamed(tree, 'TypeName')
        .map(({ names }) => namesOf(names))
        .filter((names) => !isPureType(names))
        .map((names) => `the type ${names.join('.')} is not one of PostgreSQL's own`),
      ...nodesNamed(tree, 'RangeTableSample')
        .map(({ method }) => namesOf(method).join('.'))
        .filter((method) => !/^(pg_catalog\.)?(system|bernoulli)$/.test(method))
        .map((method) => `the sampling method ${method} is not one of PostgreSQL's own`),
    ]),
  ];
}

function nodesNotUnderstood(tree: unknown): string[] {
  const reasons: string[] = [];
  for (const { tag, fields } of nodesOf(tree)) {
    if (tag !== null && !UNDERSTOOD.has(tag)) reasons.push(`${tag} is not looked into`);
    if ('intoClause' in fields) reasons.push('SELECT … INTO creates a table');
    if ('lockingClause' in fields) reasons.push('the statement locks rows');
  }
  return reasons;
}

/** Operators stand in expressions, in `= ANY (SELECT …)` and in `ORDER BY … USING`. */
function operators(tree: unknown): string[][] {
  return [
    ...nodesNamed(tree, 'A_Expr')
      .filter(isSpelled)
      .map(({ name }) => namesOf(name)),
    ...nodesNamed(tree, 'SubLink').map(({ operName }) => namesOf(operName)),
    ...nodesNamed(tree, 'SortBy').map(({ useOp }) => namesOf(useOp)),
  ].filter((names) => names.length > 0);
}

/** The grammar gives BETWEEN names that are no operators. */
function isSpelled({ kind }: FieldsOf<'A_Expr'>): boolean {
  return kind === undefined || !kind.includes('BETWEEN');
}
