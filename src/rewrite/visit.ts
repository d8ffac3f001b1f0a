import type { Node } from '@pgsql/types';
import { refersTo } from '../advisor/references.ts';
import type { RelationFacts } from '../facts.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { isRecord, namesOf } from '../sql/walk.ts';
import type { RewriteSubject } from './rule.ts';
import type { Output, Outputs, Scope, SelectStmt, Source } from './scope.ts';
import { columnOfNode, NOTHING_KNOWN, renamed } from './scope.ts';

/** What a rule does at the places of a statement. Null leaves a place as it is. */
export interface Visitor {
  /** A condition of WHERE or ON, a whole one before its parts; the parts of what was replaced are not visited. */
  readonly condition?: (condition: Node, place: Place) => Node | null;
  /** A query, after all that is in it. Its scope has all of its FROM list; an arm of a UNION is a query too. */
  readonly select?: (select: SelectStmt, scope: Scope) => SelectStmt | null;
}

/** Where a condition stands. */
export interface Place {
  readonly scope: Scope;
  /** Whether only rows for which it is true count, so that NULL is as good as false. */
  readonly filters: boolean;
}

type Subject = Pick<RewriteSubject, 'tree' | 'relations'>;

/**
 * A statement with what a visitor replaced, everything else being the very same nodes. Reads SELECT with all queries
 * inside, and the queries and conditions of UPDATE, DELETE and INSERT.
 */
export function visitStatement({ tree, relations }: Subject, visitor: Visitor): Node {
  return new Visit(relations, visitor).statement(tree);
}

class Visit {
  private readonly relations: RewriteSubject['relations'];
  private readonly visitor: Visitor;

  constructor(relations: RewriteSubject['relations'], visitor: Visitor) {
    this.relations = relations;
    this.visitor = visitor;
  }

  statement(tree: Node): Node {
    const outside = scopeIn(null, new Map());
    if ('SelectStmt' in tree) return { SelectStmt: this.select(tree.SelectStmt, null, outside.ctes).select };
    if ('UpdateStmt' in tree)
      return { UpdateStmt: this.writing(tree.UpdateStmt, tree.UpdateStmt.fromClause, 'fromClause') };
    if ('DeleteStmt' in tree)
      return { DeleteStmt: this.writing(tree.DeleteStmt, tree.DeleteStmt.usingClause, 'usingClause') };
    if ('InsertStmt' in tree) return { InsertStmt: this.inserting(tree.InsertStmt) };
    return tree;
  }

  private writing<T extends Partial<FieldsOf<'UpdateStmt'> & FieldsOf<'DeleteStmt'>>>(
    statement: T,
    others: readonly Node[] | undefined,
    field: 'fromClause' | 'usingClause',
  ): T {
    const { clause, ctes } = this.withClause(statement.withClause, null, new Map());
    const scope = scopeIn(null, ctes);
    if (statement.relation !== undefined) scope.sources.push(this.table(statement.relation, scope));
    const from = same(others, (entry) => this.from(entry, scope));
    const { withClause: _, relation: __, [field]: ___, whereClause: where, ...rest } = statement;
    return changed(statement, {
      ...this.queriesIn(rest, scope),
      withClause: clause,
      [field]: from,
      whereClause: where && this.condition(where, { scope, filters: true }),
    });
  }

  private inserting(statement: FieldsOf<'InsertStmt'>): FieldsOf<'InsertStmt'> {
    const { clause, ctes } = this.withClause(statement.withClause, null, new Map());
    const query = statement.selectStmt;
    if (query === undefined || !('SelectStmt' in query)) return changed(statement, { withClause: clause });
    const { select } = this.select(query.SelectStmt, null, ctes);
    const selectStmt = select === query.SelectStmt ? query : { SelectStmt: select };
    return changed(statement, { withClause: clause, selectStmt });
  }

  private select(
    select: SelectStmt,
    outer: Scope | null,
    around: Scope['ctes'],
  ): { readonly select: SelectStmt; readonly outputs: Outputs } {
    const { clause, ctes } = this.withClause(select.withClause, outer, around);
    const scope = scopeIn(outer, ctes);
    const visited =
      select.larg === undefined || select.rarg === undefined
        ? this.plain(select, scope)
        : {
            larg: this.select(select.larg, outer, ctes).select,
            rarg: this.select(select.rarg, outer, ctes).select,
          };
    const inside = changed(select, { ...visited, withClause: clause });
    return {
      select: this.visitor.select?.(inside, scope) ?? inside,
      outputs: outputsOf(select, scope),
    };
  }

  private plain(select: SelectStmt, scope: Scope): object {
    const fromClause = same(select.fromClause, (entry) => this.from(entry, scope));
    const { withClause: _, fromClause: __, whereClause: where, ...rest } = select;
    return {
      ...this.queriesIn(rest, scope),
      fromClause,
      whereClause: where && this.condition(where, { scope, filters: true }),
    };
  }

  private withClause(
    clause: FieldsOf<'WithClause'> | undefined,
    outer: Scope | null,
    around: Scope['ctes'],
  ): { readonly clause: FieldsOf<'WithClause'> | undefined; readonly ctes: Scope['ctes'] } {
    if (clause === undefined) return { clause, ctes: around };
    const ctes = new Map(around);
    // With RECURSIVE, each sees itself and all others.
    if (clause.recursive === true) for (const name of cteNames(clause)) ctes.set(name, NOTHING_KNOWN);
    const visited = same(clause.ctes, (node) => {
      if (!('CommonTableExpr' in node)) return node;
      const { ctename = '', ctequery, aliascolnames } = node.CommonTableExpr;
      if (ctequery === undefined || !('SelectStmt' in ctequery)) {
        ctes.set(ctename, NOTHING_KNOWN);
        return node;
      }
      const { select, outputs } = this.select(ctequery.SelectStmt, outer, new Map(ctes));
      if (clause.recursive !== true) ctes.set(ctename, renamed(outputs, namesOf(aliascolnames)));
      if (select === ctequery.SelectStmt) return node;
      return { CommonTableExpr: { ...node.CommonTableExpr, ctequery: { SelectStmt: select } } };
    });
    return { clause: changed(clause, { ctes: visited }), ctes };
  }

  private from(node: Node, scope: Scope): Node {
    if ('RangeVar' in node) {
      scope.sources.push(this.table(node.RangeVar, scope));
      return node;
    }
    if ('JoinExpr' in node) return changedNode(node, 'JoinExpr', this.join(node.JoinExpr, scope));
    if ('RangeSubselect' in node) {
      const { subquery, alias, lateral } = node.RangeSubselect;
      if (subquery === undefined || !('SelectStmt' in subquery)) return node;
      // Without LATERAL the subquery sees only what is around the whole query.
      const outer = lateral === true ? scope : scope.outer;
      const { select, outputs } = this.select(subquery.SelectStmt, outer, scope.ctes);
      scope.sources.push(derived(alias, outputs));
      if (select === subquery.SelectStmt) return node;
      return { RangeSubselect: { ...node.RangeSubselect, subquery: { SelectStmt: select } } };
    }
    const visited = this.queriesIn(node, scope);
    const [fields] = Object.values(node) as { readonly alias?: FieldsOf<'Alias'> }[];
    // TABLESAMPLE wraps the table whose alias it has.
    if ('RangeTableSample' in node && node.RangeTableSample.relation !== undefined)
      this.from(node.RangeTableSample.relation, scope);
    else scope.sources.push(derived(fields?.alias, NOTHING_KNOWN));
    return visited;
  }

  private table(range: FieldsOf<'RangeVar'>, scope: Scope): Source {
    const name = range.relname ?? '';
    const alias = range.alias?.aliasname ?? name;
    const cte = range.schemaname === undefined ? scope.ctes.get(name) : undefined;
    if (cte !== undefined) return { ...derived(range.alias, cte), alias };
    const relation = this.relations.find(({ reference }) => refersTo(range, reference))?.relation ?? null;
    return {
      ...renamed(
        relation === null ? NOTHING_KNOWN : columnsOf(relation, range.inh !== true),
        namesOf(range.alias?.colnames),
      ),
      alias,
      schema: range.alias === undefined ? (relation?.schema ?? null) : null,
      relation,
      only: range.inh !== true,
      nullable: false,
    };
  }

  private join(join: FieldsOf<'JoinExpr'>, scope: Scope): FieldsOf<'JoinExpr'> {
    const first = scope.sources.length;
    const larg = join.larg && this.from(join.larg, scope);
    const middle = scope.sources.length;
    const rarg = join.rarg && this.from(join.rarg, scope);
    if (join.usingClause !== undefined || join.isNatural === true) scope.merges = true;
    // The condition is looked at before the join fills up with NULL.
    const quals = join.quals && this.condition(join.quals, { scope, filters: true });
    for (const [at, source] of scope.sources.entries())
      if (at >= first && isFilledUp(join.jointype, at < middle)) source.nullable = true;
    // The alias of a join hides the names inside it.
    if (join.alias !== undefined)
      scope.sources.splice(first, scope.sources.length, derived(join.alias, NOTHING_KNOWN));
    return changed(join, { larg, rarg, quals });
  }

  private condition(node: Node, place: Place): Node {
    const replaced = this.visitor.condition?.(node, place) ?? null;
    if (replaced !== null) return replaced;
    if (!('BoolExpr' in node)) return this.queriesIn(node, place.scope);
    const filters = place.filters && node.BoolExpr.boolop !== 'NOT_EXPR';
    const args = same(node.BoolExpr.args, (part) => this.condition(part, { ...place, filters }));
    return changedNode(node, 'BoolExpr', changed(node.BoolExpr, { args }));
  }

  /** The same value with the queries visited that stand anywhere in it. */
  private queriesIn<T>(value: T, scope: Scope): T {
    if (Array.isArray(value)) return same(value, (element: unknown) => this.queriesIn(element, scope)) as T;
    if (!isRecord(value)) return value;
    const query = value['SelectStmt'];
    if (query !== undefined) {
      const { select } = this.select(query as SelectStmt, scope, scope.ctes);
      return select === query ? value : ({ SelectStmt: select } as T);
    }
    return changed(
      value,
      Object.fromEntries(Object.entries(value).map(([name, child]) => [name, this.queriesIn(child, scope)])),
    ) as T;
  }
}

const scopeIn = (outer: Scope | null, ctes: Scope['ctes']): Scope => ({
  sources: [],
  outer,
  ctes,
  merges: false,
});

function cteNames(clause: FieldsOf<'WithClause'>): string[] {
  return (clause.ctes ?? []).flatMap((node) =>
    'CommonTableExpr' in node ? [node.CommonTableExpr.ctename ?? ''] : [],
  );
}

function isFilledUp(type: FieldsOf<'JoinExpr'>['jointype'], onTheLeft: boolean): boolean {
  if (type === 'JOIN_FULL') return true;
  return type === (onTheLeft ? 'JOIN_RIGHT' : 'JOIN_LEFT');
}

/** NOT NULL is not enforced in foreign tables, and tables that inherit need not have it. */
function columnsOf(relation: RelationFacts, only: boolean): Outputs {
  const enforced =
    relation.kind === 'partitioned-table' || (relation.kind === 'table' && (only || !relation.inherited));
  const columns = relation.columns.map(
    (facts) => [facts.name, { relation, facts, notNull: facts.notNull && enforced }] as const,
  );
  return { columns: new Map(columns), complete: true };
}

function derived(alias: FieldsOf<'Alias'> | undefined, outputs: Outputs): Source {
  return {
    ...renamed(outputs, namesOf(alias?.colnames)),
    alias: alias?.aliasname ?? '',
    schema: null,
    relation: null,
    only: false,
    nullable: false,
  };
}

/** What a query hands to the one around it. */
function outputsOf(select: SelectStmt, scope: Scope): Outputs {
  if (select.larg !== undefined || select.valuesLists !== undefined) return NOTHING_KNOWN;
  // GROUPING SETS put NULL into columns that have none.
  const fills = (select.groupClause ?? []).some((entry) => 'GroupingSet' in entry);
  const columns = new Map<string, Output>();
  let complete = true;
  for (const target of select.targetList ?? []) {
    if (!('ResTarget' in target)) return NOTHING_KNOWN;
    const { name, val } = target.ResTarget;
    const fields = val !== undefined && 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
    if (fields.some((field) => 'A_Star' in field)) {
      complete &&= addAll(namesOf(fields), scope, columns);
      continue;
    }
    const column = columnOfNode(val, scope);
    const output = column && {
      relation: column.relation,
      facts: column.facts,
      notNull: column.notNull && !fills,
    };
    const called = name ?? namesOf(fields).at(-1);
    if (called === undefined) complete = false;
    else if (columns.has(called)) complete = setUnclear(called, columns);
    else columns.set(called, output);
  }
  return { columns, complete };
}

/** Adds the columns of `*` or `alias.*`; false where they are not all known. */
function addAll(names: readonly string[], scope: Scope, columns: Map<string, Output>): boolean {
  const sources = scope.sources.filter(({ alias }) => names.length === 0 || alias === names.at(-1));
  // Merged columns are in another order.
  let complete = sources.length > 0 && !scope.merges;
  for (const source of sources) {
    complete &&= source.complete;
    for (const [name, output] of source.columns) {
      if (columns.has(name)) complete = setUnclear(name, columns);
      else columns.set(name, output && { ...output, notNull: output.notNull && !source.nullable });
    }
  }
  return complete;
}

/** Two columns of one name: none of them can be named, and those behind them have another place than the map says. */
function setUnclear(name: string, columns: Map<string, Output>): false {
  columns.set(name, null);
  return false;
}

/** The list itself where no element changes. */
function same<T>(list: readonly T[] | undefined, map: (element: T) => T): T[] | undefined {
  if (list === undefined) return undefined;
  const mapped = list.map(map);
  return mapped.every((element, at) => element === list[at]) ? (list as T[]) : mapped;
}

/** The record itself where no field changes. */
function changed<T extends object>(record: T, fields: object): T {
  const entries = Object.entries(fields).filter(
    ([name, value]) => (record as Record<string, unknown>)[name] !== value,
  );
  return entries.length === 0 ? record : { ...record, ...Object.fromEntries(entries) };
}

function changedNode<T extends Node>(node: T, tag: string, fields: object): T {
  return (node as Record<string, unknown>)[tag] === fields ? node : ({ [tag]: fields } as T);
}
