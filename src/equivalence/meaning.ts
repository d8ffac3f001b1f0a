import type { Node } from '@pgsql/types';
import { fieldsOf, isRecord, namesOf, nodesNamed, nodesOf, wrapperOf, type FieldsOf } from '../sql/walk.ts';
import {
  isDistinctOn,
  isSame,
  ordersAllRows,
  separates,
  showsSortKeysOnly,
  sortedBy,
  withQueries,
  type Readable,
  type Select,
} from './total-order.ts';

/** What the text of a query fixes of its result. */
export interface Meaning {
  /** What is left to the planner; the result says nothing then. Empty: all rows are fixed. */
  readonly arbitrary: readonly string[];
  /** Which rows come is left to the planner among those equal in the ORDER BY; their number and sort keys are fixed. */
  readonly choosesAmongTies: boolean;
  /** The order of all rows is fixed. */
  readonly ordersTotally: boolean;
}

/**
 * Reads what a query leaves open: LIMIT, DISTINCT ON and window functions without a total order, sampling, aggregates that
 * depend on the order of rows. What its functions do is not in the text; see `resolvedFunctions`.
 */
export function meaningOf(tree: Node, relations: Readable['relations']): Meaning {
  if (!('SelectStmt' in tree))
    return { arbitrary: ['it is no query'], choosesAmongTies: false, ordersTotally: false };
  const top = tree.SelectStmt;
  const found: Found[] = [];
  readQuery(top, { relations, ctes: new Map() }, found, new Set(testedForExistence(tree)));
  const choosesAmongTies = found.some(({ select, reason }) => select === top && CHOICES.has(reason));
  return {
    arbitrary: found
      .filter(({ select, reason }) => select !== top || !CHOICES.has(reason))
      .map(({ reason }) => reason),
    choosesAmongTies,
    ordersTotally: !choosesAmongTies && ordersAllRows(top, { relations, ctes: withQueries(top, new Map()) }),
  };
}

interface Found {
  readonly select: Select;
  readonly reason: string;
}

const LIMIT = 'LIMIT or OFFSET without a total order';
const DISTINCT_ON = 'DISTINCT ON without a total order';
const CHOICES: ReadonlySet<string> = new Set([LIMIT, DISTINCT_ON]);

function readQuery(select: Select, around: Readable, found: Found[], existence: ReadonlySet<Select>): void {
  const readable = { ...around, ctes: withQueries(select, around.ctes) };
  const note = (reason: string) => found.push({ select, reason });
  const limited = [select.limitCount, select.limitOffset].some(
    (limit) => limit !== undefined && !('A_Const' in limit && limit.A_Const.isnull === true),
  );
  const tested = existence.has(select) && select.limitOffset === undefined;
  const withTies = select.limitOption === 'LIMIT_OPTION_WITH_TIES' && select.limitOffset === undefined;
  if (limited && !tested && !withTies && !ordersAllRows(select, readable) && !isSingleRow(select))
    note(LIMIT);
  if (isDistinctOn(select) && !showsSortKeysOnly(select) && !separates(select, sortedBy(select), readable))
    note(DISTINCT_ON);
  for (const node of partsOf(select)) {
    if (node.tag === 'RangeTableSample') note('TABLESAMPLE');
    if (node.tag === 'JsonArrayAgg' || node.tag === 'JsonObjectAgg')
      note('an aggregate that depends on the order of rows');
    const call = fieldsOf(node, 'FuncCall');
    if (call !== null) for (const reason of reasonsOfCall(call, select, readable)) note(reason);
    const below = fieldsOf(node, 'SelectStmt');
    if (below !== null) readQuery(below, readable, found, existence);
  }
}

/** Of these nobody sees which rows they have. */
function testedForExistence(tree: Node): Select[] {
  return nodesNamed(tree, 'SubLink').flatMap(({ subLinkType, subselect }) =>
    subLinkType === 'EXISTS_SUBLINK' && subselect !== undefined && 'SelectStmt' in subselect
      ? [subselect.SelectStmt]
      : [],
  );
}

/** An aggregate without GROUP BY gives one row, and LIMIT has nothing to choose. */
function isSingleRow({ groupClause, targetList, op }: Select): boolean {
  const aggregates = nodesNamed(targetList, 'FuncCall').some(
    ({ funcname, over, agg_star }) =>
      over === undefined && (agg_star === true || AGGREGATES.has(namesOf(funcname).at(-1) ?? '')),
  );
  return groupClause === undefined && aggregates && (op === undefined || op === 'SETOP_NONE');
}

const AGGREGATES = new Set(['count', 'sum', 'avg', 'min', 'max', 'bool_and', 'bool_or', 'every']);

/** The nodes of a query without those of the queries in it, which are visited themselves. */
function* partsOf(select: Select) {
  for (const value of Object.values(select)) {
    for (const entry of Array.isArray(value) ? value : [value]) {
      if (!isRecord(entry)) continue;
      // What a set operation joins stands unwrapped.
      const wrapped =
        wrapperOf(entry) === null && ('targetList' in entry || 'valuesLists' in entry || 'op' in entry)
          ? { SelectStmt: entry }
          : entry;
      yield* nodesOf(wrapped, ({ tag }) => tag !== 'SelectStmt');
    }
  }
}

/** Aggregates whose value depends on the order in which rows arrive. */
const ORDERED_AGGREGATE =
  /^(?:any_value|xmlagg|(?:array|string|json|jsonb|json_object|jsonb_object)_agg(?:_\w+)?)$/;
/** Window functions that give peers the same value. */
const SAME_FOR_PEERS = new Set(['rank', 'dense_rank', 'percent_rank', 'cume_dist']);
const BY_POSITION = new Set(['row_number', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'nth_value']);
/** `FRAMEOPTION_ROWS` of the server's `parsenodes.h`. */
const FRAME_OF_ROWS = 0x4;

function reasonsOfCall(call: FieldsOf<'FuncCall'>, select: Select, readable: Readable): string[] {
  const name = namesOf(call.funcname).at(-1) ?? '';
  const { over } = call;
  if (over !== undefined) {
    const window = windowOf(over, select);
    const sorted = (window.orderClause ?? []).flatMap((node) =>
      'SortBy' in node ? (node.SortBy.node ?? []) : [],
    );
    const total = separates(select, [...(window.partitionClause ?? []), ...sorted], readable);
    const byRows = ((window.frameOptions ?? 0) & FRAME_OF_ROWS) !== 0;
    const peersAlike = SAME_FOR_PEERS.has(name) || (!BY_POSITION.has(name) && !byRows);
    if (!total && (!peersAlike || ORDERED_AGGREGATE.test(name)))
      return [`${name}() over a window without a total order`];
    return [];
  }
  if (!ORDERED_AGGREGATE.test(name)) return [];
  const sorted = (call.agg_order ?? []).flatMap((node) => ('SortBy' in node ? (node.SortBy.node ?? []) : []));
  const [first, ...others] = call.args ?? [];
  const bySelf =
    first !== undefined &&
    sorted.some((key) => isSame(key, first)) &&
    others.every((other) => 'A_Const' in other);
  if (bySelf || separates(select, [...(select.groupClause ?? []), ...sorted], readable)) return [];
  return [`${name}() without a total order`];
}

function windowOf(over: FieldsOf<'WindowDef'>, select: Select): FieldsOf<'WindowDef'> {
  const named = (select.windowClause ?? []).flatMap((node) => ('WindowDef' in node ? node.WindowDef : []));
  if (over.name !== undefined) return named.find(({ name }) => name === over.name) ?? over;
  if (over.refname === undefined) return over;
  return { ...named.find(({ name }) => name === over.refname), ...over };
}
