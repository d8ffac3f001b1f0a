import type { Node } from '@pgsql/types';
import { nodesNamed } from '../sql/walk.ts';
import type { Effect } from './lock/effect.ts';
import { droppedRelations } from './names.ts';
import { addedConstraints, type AddedConstraint, createdConstraints, type Relation } from './parts.ts';
import { lockedRelations } from './locked.ts';
import { timeoutsOf, type Timeout } from './timeouts.ts';

/** What the statements before one have left: what is new, which timeouts hold, what the transaction holds. */
export interface Situation {
  /** Whether the text itself created the table or materialized view, so that nobody else uses it yet. */
  readonly isNew: (relation: Named | undefined) => boolean;
  readonly isNewPartitioned: (relation: Named | undefined) => boolean;
  readonly isNewIndex: (name: string) => boolean;
  /** Whether the text made an index whose first columns are these. */
  readonly hasNewIndex: (table: Named, columns: readonly string[]) => boolean;
  /** Milliseconds, 0 for none; null where the text does not set it. */
  readonly timeout: (name: Timeout) => number | null;
  /** Null where nobody knows. */
  readonly inTransaction: boolean | null;
  /** Tables that were there before and that the transaction, if there is one, holds under ACCESS EXCLUSIVE. */
  readonly held: ReadonlySet<string>;
  /** Tables that the text has written anew. */
  readonly rewritten: ReadonlySet<string>;
  /** What the transaction, if there is one, has added NOT VALID. */
  readonly notValid: readonly AddedConstraint[];
  /** Labels that the transaction, if there is one, has added to enumerated types. */
  readonly newLabels: ReadonlySet<string>;
  readonly constrainedDomains: ReadonlySet<string>;
}

interface Named {
  readonly schemaname?: string;
  readonly relname?: string;
}

/** One name for a relation; without a schema it counts as one of `public`. */
export function keyOf({ schemaname = 'public', relname = '' }: Named): string {
  return JSON.stringify([schemaname, relname]);
}

/** Follows a text from statement to statement. */
export class Progress implements Situation {
  inTransaction: boolean | null;
  readonly held = new Set<string>();
  readonly rewritten = new Set<string>();
  readonly newLabels = new Set<string>();
  readonly constrainedDomains = new Set<string>();
  notValid: AddedConstraint[] = [];
  readonly #outside: boolean | null;
  readonly #tables = new Map<string, { readonly isPartitioned: boolean }>();
  /** By table. */
  readonly #indexes = new Map<string, NewIndex[]>();
  readonly #indexNames = new Set<string>();
  readonly #timeouts = new Map<Timeout, number>();
  readonly #localTimeouts = new Map<Timeout, number>();

  /** @param inTransaction whether the text as a whole runs in one */
  constructor(inTransaction: boolean | null) {
    this.inTransaction = inTransaction;
    this.#outside = inTransaction;
  }

  isNew(relation: Named | undefined): boolean {
    return relation !== undefined && this.#tables.has(keyOf(relation));
  }

  isNewPartitioned(relation: Named | undefined): boolean {
    return relation !== undefined && this.#tables.get(keyOf(relation))?.isPartitioned === true;
  }

  isNewIndex(name: string): boolean {
    return this.#indexNames.has(name);
  }

  hasNewIndex(table: Named, columns: readonly string[]): boolean {
    return (this.#indexes.get(keyOf(table)) ?? []).some(({ keys }) => leads(keys, columns));
  }

  timeout(name: Timeout): number | null {
    return this.#localTimeouts.get(name) ?? this.#timeouts.get(name) ?? null;
  }

  advance(tree: Node, { lock, work }: Effect): void {
    if ('TransactionStmt' in tree) this.#turn(tree.TransactionStmt.kind);
    else if ('VariableSetStmt' in tree) this.#set(tree);
    else if (this.inTransaction !== false && lock === 'ACCESS EXCLUSIVE')
      for (const relation of lockedRelations(tree)) if (!this.isNew(relation)) this.held.add(keyOf(relation));
    if (work === 'rewrite')
      for (const relation of lockedRelations(tree))
        if (!this.isNew(relation)) this.rewritten.add(keyOf(relation));
    this.#remember(tree);
  }

  #turn(kind: string | undefined): void {
    if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') this.inTransaction = true;
    else if (kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK')
      this.inTransaction = this.#outside === true ? false : this.#outside;
    else return;
    this.held.clear();
    this.newLabels.clear();
    this.notValid = [];
    this.#localTimeouts.clear();
  }

  #set(tree: Node): void {
    if (!('VariableSetStmt' in tree)) return;
    for (const { timeout, milliseconds, isLocal } of timeoutsOf(tree.VariableSetStmt)) {
      // Outside a transaction SET LOCAL does nothing but warn.
      if (isLocal && this.inTransaction === false) continue;
      const settings = isLocal ? this.#localTimeouts : this.#timeouts;
      if (!isLocal) this.#localTimeouts.delete(timeout);
      if (milliseconds === null) settings.delete(timeout);
      else settings.set(timeout, milliseconds);
    }
  }

  #remember(tree: Node): void {
    for (const [relation, isPartitioned] of createdRelations(tree))
      this.#tables.set(keyOf(relation), { isPartitioned });
    for (const { schema, name } of droppedRelations(tree)) this.#forget(schema, name);
    if ('IndexStmt' in tree) {
      const { idxname = null, relation = {}, indexParams, whereClause } = tree.IndexStmt;
      const keys = nodesNamed(indexParams, 'IndexElem').map((element) => element.name ?? null);
      if (idxname !== null) this.#indexNames.add(idxname);
      if (whereClause === undefined) this.#addIndex(relation, { name: idxname, keys });
    }
    for (const { table, constraint, columns } of [...createdConstraints(tree), ...addedConstraints(tree)])
      if (constraint.contype === 'CONSTR_PRIMARY' || constraint.contype === 'CONSTR_UNIQUE')
        this.#addIndex(table, { name: constraint.conname ?? null, keys: columns });
    if (this.inTransaction !== false)
      this.notValid.push(
        ...addedConstraints(tree).filter(({ constraint }) => constraint.skip_validation === true),
      );
    if ('AlterEnumStmt' in tree && tree.AlterEnumStmt.oldVal === undefined && this.inTransaction !== false)
      this.newLabels.add(tree.AlterEnumStmt.newVal ?? '');
    if ('CreateDomainStmt' in tree && (tree.CreateDomainStmt.constraints ?? []).some(checksValues))
      this.constrainedDomains.add(
        nodesNamed(tree.CreateDomainStmt.domainname, 'String')
          .map(({ sval }) => sval ?? '')
          .join('.'),
      );
  }

  #addIndex(table: Named, index: NewIndex): void {
    const others = this.#indexes.get(keyOf(table));
    if (others === undefined) this.#indexes.set(keyOf(table), [index]);
    else others.push(index);
  }

  #forget(schema: string | null, name: string): void {
    this.#tables.delete(keyOf({ ...(schema === null ? {} : { schemaname: schema }), relname: name }));
    if (!this.#indexNames.delete(name)) return;
    for (const [table, indexes] of this.#indexes)
      this.#indexes.set(
        table,
        indexes.filter((index) => index.name !== name),
      );
  }
}

interface NewIndex {
  readonly name: string | null;
  /** Null for an expression. */
  readonly keys: readonly (string | null)[];
}

function checksValues(node: Node): boolean {
  return (
    'Constraint' in node &&
    (node.Constraint.contype === 'CONSTR_CHECK' || node.Constraint.contype === 'CONSTR_NOTNULL')
  );
}

/** Whether an index with these keys finds rows by these columns, in any order of them. */
export function leads(keys: readonly (string | null)[], columns: readonly string[]): boolean {
  const first = keys.slice(0, columns.length);
  return columns.length > 0 && columns.every((column) => first.includes(column));
}

/** What a statement creates that cannot have been there: with IF NOT EXISTS it may have been. */
function createdRelations(tree: Node): [relation: Relation, isPartitioned: boolean][] {
  if ('CreateStmt' in tree) {
    const { relation, if_not_exists, partspec } = tree.CreateStmt;
    return relation === undefined || if_not_exists === true ? [] : [[relation, partspec !== undefined]];
  }
  if ('CreateTableAsStmt' in tree) {
    const { into, if_not_exists } = tree.CreateTableAsStmt;
    return into?.rel === undefined || if_not_exists === true ? [] : [[into.rel, false]];
  }
  if ('SelectStmt' in tree && tree.SelectStmt.intoClause?.rel !== undefined)
    return [[tree.SelectStmt.intoClause.rel, false]];
  if ('CreateSchemaStmt' in tree) return (tree.CreateSchemaStmt.schemaElts ?? []).flatMap(createdRelations);
  return [];
}
