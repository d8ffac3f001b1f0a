import type { RangeVar } from '@pgsql/types';
import { attributesOf } from '../../sql/probe.ts';
import { isHypothetical, isPure } from '../../sql/pure-functions.ts';
import {
  isPureOperator,
  isPureOperatorClass,
  isPureType,
  isTrustedOperatorClass,
} from '../../sql/pure-types.ts';
import { isForbidden, isUnsafe } from '../../sql/unsafe-functions.ts';
import type { FieldsOf, NodeTag, Visited } from '../../sql/walk.ts';
import { fieldsOf, namesOf, nodesOf } from '../../sql/walk.ts';
import { as, type Classified, type Place } from './class.ts';
import { isOfCatalog } from './system-schema.ts';

/** Nodes that compute, read or write rows and whose whole meaning is in the tree. Any other makes a statement opaque. */
const UNDERSTOOD: ReadonlySet<string> = new Set<NodeTag>([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'ReturnStmt',
  'ResTarget',
  'RangeVar',
  'RangeSubselect',
  'RangeFunction',
  'RangeTableSample',
  'RangeTableFunc',
  'RangeTableFuncCol',
  'JoinExpr',
  'Alias',
  'ColumnDef',
  'WithClause',
  'CommonTableExpr',
  'CTESearchClause',
  'CTECycleClause',
  'IntoClause',
  'LockingClause',
  'OnConflictClause',
  'InferClause',
  'IndexElem',
  'PartitionElem',
  'StatsElem',
  'MergeWhenClause',
  'MergeSupportFunc',
  'ReturningClause',
  'ReturningOption',
  'SetToDefault',
  'MultiAssignRef',
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
  'XmlExpr',
  'XmlSerialize',
  'JsonTable',
  'JsonTableColumn',
  'JsonTablePathSpec',
  'JsonFuncExpr',
  'JsonBehavior',
  'JsonOutput',
  'JsonArgument',
  'JsonKeyValue',
  'JsonValueExpr',
  'JsonIsPredicate',
  'JsonParseExpr',
  'JsonScalarExpr',
  'JsonSerializeExpr',
  'JsonObjectConstructor',
  'JsonArrayConstructor',
  'JsonArrayQueryConstructor',
  'JsonAggConstructor',
  'JsonObjectAgg',
  'JsonArrayAgg',
  'List',
  'String',
  'Integer',
  'Float',
  'Boolean',
  'BitString',
]);

/**
 * Everything in a tree that does more than read and compute, or that cannot be seen through; empty for what only reads
 * and computes with PostgreSQL's own functions, operators and types.
 */
export function effectsIn(tree: unknown, { isHarmless }: Pick<Place, 'isHarmless'>): Classified[] {
  const effects: Classified[] = [];
  for (const node of nodesOf(tree)) {
    if (node.tag !== null && !UNDERSTOOD.has(node.tag))
      effects.push(as('opaque', `${node.tag} is not looked into`));
    const found = effectOf(node, isHarmless);
    if (found !== null) effects.push(found);
  }
  return effects;
}

/** What a node does beyond its children; null for nothing. */
function effectOf(node: Visited, isHarmless: Place['isHarmless']): Classified | null {
  const { tag, fields } = node;
  if (tag === null) return null;
  switch (tag) {
    case 'SelectStmt': {
      if ('intoClause' in fields) return as('additive', 'SELECT … INTO creates a table');
      return 'lockingClause' in fields ? as('data', 'locks rows') : null;
    }
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt': {
      return isOfCatalog(targetOf(node)) ? CATALOG_WRITE : as('destructive', 'a WITH clause changes data');
    }
    case 'FuncCall': {
      return callOf(namesOf(fieldsOf(node, tag)?.funcname), isHarmless);
    }
    case 'ColumnRef':
    case 'A_Indirection': {
      const unsafe = attributesOf(node).find(isUnsafe);
      if (unsafe === undefined) return null;
      return as(
        isForbidden(unsafe) ? 'refuse' : 'opaque',
        `${unsafe.name}, written like a column, may call the function of that name`,
      );
    }
    case 'TypeName': {
      return isPureType(namesOf(fieldsOf(node, tag)?.names))
        ? null
        : foreign('type', fieldsOf(node, tag)?.names);
    }
    case 'RangeTableSample': {
      const method = fieldsOf(node, tag)?.method;
      return SAMPLING.test(namesOf(method).join('.')) ? null : foreign('sampling method', method);
    }
    case 'IndexElem':
    case 'PartitionElem': {
      const operatorClass = (fieldsOf(node, 'IndexElem') ?? fieldsOf(node, 'PartitionElem'))?.opclass;
      const names = namesOf(operatorClass);
      if (operatorClass === undefined || isPureOperatorClass(names) || isTrustedOperatorClass(names))
        return null;
      return foreign('operator class', operatorClass);
    }
    case 'A_Expr':
    case 'SubLink':
    case 'SortBy': {
      const operator = operatorOf(node);
      if (operator === undefined || isPureOperator(namesOf(operator))) return null;
      return foreign('operator', operator);
    }
    default: {
      return null;
    }
  }
}

function targetOf(node: Visited): RangeVar | undefined {
  const { relation } =
    fieldsOf(node, 'InsertStmt') ??
    fieldsOf(node, 'UpdateStmt') ??
    fieldsOf(node, 'DeleteStmt') ??
    fieldsOf(node, 'MergeStmt') ??
    {};
  return relation;
}

const SAMPLING = /^(pg_catalog\.)?(system|bernoulli)$/;

export const CATALOG_WRITE: Classified = as('refuse', 'writes into the catalog of the server');

function callOf(names: readonly string[], isHarmless: Place['isHarmless']): Classified | null {
  const called = { schema: names.at(-2) ?? null, name: names.at(-1) ?? '' };
  if (names.length < 3 && isPure(called)) return null;
  if (isForbidden(called))
    return as('refuse', `nobody can approve a call of the function ${names.join('.')}`);
  if (isHypothetical(called) || isHarmless(called)) return null;
  return as('opaque', `the function ${names.join('.')} is not known to be harmless`);
}

function foreign(what: string, names: FieldsOf<'FuncCall'>['funcname']): Classified {
  return as('opaque', `the ${what} ${namesOf(names).join('.')} is not one of PostgreSQL's own`);
}

/** Operators stand in expressions, in `= ANY (SELECT …)` and in `ORDER BY … USING`. */
function operatorOf(node: Visited): FieldsOf<'FuncCall'>['funcname'] {
  const expression = fieldsOf(node, 'A_Expr');
  // The grammar gives BETWEEN names that are no operators.
  if (expression !== null) return expression.kind?.includes('BETWEEN') === true ? undefined : expression.name;
  return fieldsOf(node, 'SubLink')?.operName ?? fieldsOf(node, 'SortBy')?.useOp;
}
