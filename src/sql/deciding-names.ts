import { attributesOf } from './probe.ts';
import { fieldsOf, isRecord, namesOf, nodesOf, type Visited } from './walk.ts';

/** A name whose meaning the catalog decides. */
export interface DecidingName {
  /** `attribute`: `purge` in `t.purge`, which is a column, or else a function of the row. */
  readonly kind: 'function' | 'attribute' | 'operator' | 'type' | 'relation';
  /** Null where the statement leaves it to the search path. */
  readonly schema: string | null;
  readonly name: string;
  /** What is done to a relation; `read` for every other name. */
  readonly use: Use;
}

/** A write also does what an alteration does, and both what a read does. */
export type Use = 'read' | 'alter' | 'write';

/** Every name in a tree that decides what code runs, once each. */
export function decidingNames(tree: unknown): DecidingName[] {
  const found = new Map<string, DecidingName>();
  const nodes = [...nodesOf(tree)];
  // Of a function in FROM that gives single values, the row is the value: `x.f` may call any function of one argument.
  const anyValue = nodes.some(({ tag }) => tag === 'RangeFunction' || tag === 'RangeTableFunc');
  for (const node of nodes) {
    const attributes = attributesOf(node).flatMap(({ name }) => [
      ...nameOf('attribute', [name]),
      ...(anyValue || node.tag === 'A_Indirection' ? nameOf('function', [name]) : []),
    ]);
    for (const name of [...namesIn(node), ...attributes])
      found.set(JSON.stringify(Object.values(name)), name);
  }
  return [...found.values()];
}

/** Statements that do more than read the relation that they name first. */
const USES: Readonly<Record<string, Use>> = {
  InsertStmt: 'write',
  UpdateStmt: 'write',
  DeleteStmt: 'write',
  MergeStmt: 'write',
  AlterTableStmt: 'alter',
  IndexStmt: 'alter',
  ReindexStmt: 'alter',
  VacuumRelation: 'alter',
};

const NAMES: Readonly<Record<string, (node: Visited) => DecidingName[]>> = {
  FuncCall: (node) => nameOf('function', namesOf(fieldsOf(node, 'FuncCall')?.funcname)),
  TypeName: (node) => nameOf('type', namesOf(fieldsOf(node, 'TypeName')?.names)),
  RangeVar: (node) => relationOf(node.fields, 'read'),
};

function namesIn(node: Visited): DecidingName[] {
  const tag = node.tag ?? '';
  const use = USES[tag];
  return [
    ...(NAMES[tag]?.(node) ?? []),
    ...operatorsIn(node),
    ...(use === undefined ? [] : relationOf(node.fields['relation'], use)),
  ];
}

function operatorsIn(node: Visited): DecidingName[] {
  const expression = fieldsOf(node, 'A_Expr');
  if (expression?.kind?.includes('BETWEEN') === true)
    return ['>=', '<=', '<', '>'].flatMap((name) => nameOf('operator', [name]));
  if (expression !== null) return nameOf('operator', namesOf(expression.name));
  const sublink = fieldsOf(node, 'SubLink');
  if (sublink !== null)
    return nameOf('operator', sublink.operName === undefined ? ['='] : namesOf(sublink.operName));
  const sort = fieldsOf(node, 'SortBy');
  if (sort?.useOp !== undefined) return nameOf('operator', namesOf(sort.useOp));
  // CASE x WHEN y and JOIN … USING compare too.
  return node.tag === 'CaseExpr' || node.tag === 'JoinExpr' ? nameOf('operator', ['=']) : [];
}

function nameOf(kind: DecidingName['kind'], names: readonly string[]): DecidingName[] {
  const name = names.at(-1);
  return name === undefined ? [] : [{ kind, schema: names.at(-2) ?? null, name, use: 'read' }];
}

function relationOf(relation: unknown, use: Use): DecidingName[] {
  if (!isRecord(relation) || typeof relation['relname'] !== 'string') return [];
  const { schemaname: schema } = relation;
  return [
    { kind: 'relation', schema: typeof schema === 'string' ? schema : null, name: relation['relname'], use },
  ];
}
