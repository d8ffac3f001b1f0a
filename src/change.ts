import type { Node } from '@pgsql/types';
import type { Experiment } from './experiment.ts';
import type { ColumnFacts } from './facts.ts';
import { effectOf } from './lint/lock/effect-of.ts';
import type { Probe } from './measure/probe.ts';
import { statementsOrNone } from './sql/parse.ts';
import { quoteName, quoteQualified } from './sql/quote.ts';
import type { ConfiguredSetting } from './tuning/configured.ts';

/**
 * An index: what the advisor proposes, the ledger announces and the catalog is compared with. What is left out is what
 * `CREATE INDEX` takes where nothing is said: a B-tree of all rows, with nothing beside its keys.
 */
export interface IndexDefinition {
  readonly schema: string;
  readonly table: string;
  /** Without schema: an index lives in its table's schema. */
  readonly name: string;
  readonly method?: IndexMethod;
  readonly keys: readonly IndexElement[];
  /** Columns that are stored beside the keys. */
  readonly include?: readonly string[];
  /** The condition of a partial index, as SQL. */
  readonly predicate?: string;
  /** Storage parameters, such as `{ pages_per_range: '32' }`. */
  readonly storage?: Readonly<Record<string, string>>;
  /** On a partition: the partitioned table's index that it will be attached to. */
  readonly parent?: { readonly schema: string; readonly name: string };
}

export type IndexMethod = 'btree' | 'hash' | 'gin' | 'gist' | 'brin';

/** A column in an order. */
export interface IndexKeyDefinition {
  readonly column: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** What an index is over: a column, or an expression, with its operator class where it is not the type's default. */
export type IndexElement = (
  | IndexKeyDefinition
  | {
      readonly column: null;
      /** SQL over the table's columns, without the parentheses around it. */
      readonly expression: string;
      readonly descending: boolean;
      readonly nullsFirst: boolean;
    }
) & {
  /** As SQL, qualified where its schema may not be on the path: `text_pattern_ops`, `public.gin_trgm_ops`. */
  readonly operatorClass?: string;
  /** As SQL. */
  readonly collation?: string;
};

/** An index that goes: known by its object id and its definition, so that no other of its name goes instead. */
export interface RemovedIndex {
  readonly schema: string;
  readonly name: string;
  readonly oid: number;
  /** As `pg_get_indexdef` prints it. */
  readonly definition: string;
}

/** One thing to do to a database. */
export interface SqlStep {
  readonly type: 'sql';
  /** A word for file names: `orders_customer_id_idx`, `analyze_orders`. */
  readonly name: string;
  /** The statement for the target, exactly as it will be sent. */
  readonly up: string;
  /** What undoes it; null where nothing is left to undo. */
  readonly down: string | null;
  /** Whether `up` may run inside a transaction block. */
  readonly transactional: boolean;
  /** The same effect in a form that a transaction accepts, for the transaction lab; null where there is none. */
  readonly inTransaction: string | null;
  /** The index that `up` builds: the ledger's intent and the postcondition. */
  readonly builds: IndexDefinition | null;
  /** The index that `up` removes: intent and postcondition likewise. */
  readonly removes: RemovedIndex | null;
  /** Cut short, `up` leaves nothing behind that anybody has to look after: VACUUM and ANALYZE. */
  readonly leavesNothing: boolean;
}

/** What a proposal would do, in order. */
export interface Change {
  /** One line for people: `index on shop.orders (customer_id, created_at DESC)`. */
  readonly summary: string;
  readonly steps: readonly SqlStep[];
  /** The statement that takes the item's statement's place, where it does not stay as it is. */
  readonly rewrite?: StatementRewrite;
  /** Settings that the statement's session needs, by name. */
  readonly session?: Readonly<Record<string, string>>;
  /** Files for the repository, besides migrations: a server's configuration, a module of the application. */
  readonly files?: readonly FileChange[];
  /** What those files give a server: whoever writes them anew has to know. */
  readonly configures?: readonly ConfiguredSetting[];
  /** What is left for a person once the files are there: `the server is to be given it, with a reload`. */
  readonly remains?: string;
}

/** A file that a change brings, whole. */
export interface FileChange {
  /** Below the configured folder of such files: `postgresql.conf`, `monitoring/alerts.yml`. */
  readonly name: string;
  readonly text: string;
  /** Whether it is the change, or takes it back. */
  readonly role: 'main' | 'reverse';
}

/** A statement instead of another, with the same placeholders. */
export interface StatementRewrite {
  readonly sql: string;
  /** The rules that made it; none where somebody proposed it. */
  readonly rules: readonly string[];
  /** Whether whoever calls it has to change too: other parameters, another paging. */
  readonly changesInterface: boolean;
  /** Whether it was compared on data that is not there, and never differed: else a person has to look before it is used. */
  readonly isShown?: boolean;
}

/** A change, why it should help, and what will tell. Pure data: made by a step kind, tried by a lab. */
export interface Proposal {
  /** Unique among an item's proposals and stable from run to run. */
  readonly id: string;
  readonly change: Change;
  readonly reason: string;
  /** Null where nothing can be measured and a postcondition has to do. */
  readonly probe: Probe | null;
  /** What tells instead of a probe: something that is tried on servers of our own, or looked at in the target. */
  readonly experiment?: Experiment;
  /** Milliseconds of the statement's time that the change might save; only orders proposals. */
  readonly estimatedGainMs: number;
  /** What people should know once it is made. */
  readonly notes?: readonly string[];
}

/**
 * A statement that a transaction accepts, in a trial as on the target.
 * @param more what is not so: nothing undoes it, it builds and removes no index, and it may leave something behind
 */
export function sqlStep(
  name: string,
  up: string,
  more: Partial<Omit<SqlStep, 'type' | 'name' | 'up'>> = {},
): SqlStep {
  return {
    type: 'sql',
    name,
    up,
    down: null,
    transactional: true,
    inTransaction: up,
    builds: null,
    removes: null,
    leavesNothing: false,
    ...more,
  };
}

/** Builds an index without blocking writers; stands alone, outside a transaction. */
export function createIndexStep(index: IndexDefinition): SqlStep {
  const build = (concurrently: string) =>
    `CREATE INDEX ${concurrently}${quoteName(index.name)} ON ${quoteQualified({ schema: index.schema, name: index.table })} ${renderShape(index)}`;
  return sqlStep(index.name, build('CONCURRENTLY '), {
    down: `DROP INDEX CONCURRENTLY IF EXISTS ${quoteQualified(index)}`,
    transactional: false,
    inTransaction: build(''),
    builds: index,
  });
}

/**
 * Declares the index of a partitioned table alone. The partitions' indexes are there before and are attached in the same
 * transaction, which makes it valid; with it they go again.
 */
export function createParentIndexStep(index: IndexDefinition): SqlStep {
  const table = quoteQualified({ schema: index.schema, name: index.table });
  const up = `CREATE INDEX ${quoteName(index.name)} ON ONLY ${table} ${renderShape(index)}`;
  return sqlStep(index.name, up, { down: `DROP INDEX IF EXISTS ${quoteQualified(index)}`, builds: index });
}

/** Makes a partition's index part of the partitioned table's, whose removal undoes both. */
export function attachIndexStep(
  parent: { readonly schema: string; readonly name: string },
  part: { readonly schema: string; readonly name: string },
): SqlStep {
  const up = `ALTER INDEX ${quoteQualified(parent)} ATTACH PARTITION ${quoteQualified(part)}`;
  return sqlStep(`attach_${part.name}`, up, { leavesNothing: true });
}

/** Brings an extension. It stays when the change is undone: others may use it by then. */
export function createExtensionStep(name: string, schema: string): SqlStep {
  const up = `CREATE EXTENSION IF NOT EXISTS ${quoteName(name)} WITH SCHEMA ${quoteName(schema)}`;
  return sqlStep(`extension_${name}`, up);
}

/**
 * Refreshes a table's statistics. Nothing to undo: the next `ANALYZE` replaces them anyway.
 * The trial names every column: only a plain `ANALYZE` resets the counter that autovacuum goes by, and it does so
 * although the transaction is rolled back.
 */
export function analyzeStep(table: {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly generated?: ColumnFacts['generated'] }[];
}): SqlStep {
  const up = `ANALYZE ${quoteQualified(table)}`;
  // A virtual column has no values, and naming it is an error.
  const stored = table.columns.filter(({ generated }) => generated?.virtual !== true);
  return sqlStep(`analyze_${table.name}`, up, {
    inTransaction: `${up} (${stored.map((column) => quoteName(column.name)).join(', ')})`,
    leavesNothing: true,
  });
}

/**
 * Removes an index without blocking anybody; the definition brings it back. That of a partitioned table takes those of
 * its partitions along, which nothing can do concurrently.
 */
export function dropIndexStep({ schema, name, oid, definition }: RemovedIndex): SqlStep {
  const index = { schema, name, oid, definition };
  const isPartitioned = ON_ONLY.test(definition);
  const up = `DROP INDEX ${isPartitioned ? '' : 'CONCURRENTLY '}${quoteQualified(index)}`;
  return sqlStep(`drop_${index.name}`, up, {
    down: isPartitioned
      ? definition.replace(ON_ONLY, '$1')
      : definition.replace(/^CREATE (UNIQUE )?INDEX /, (start) => `${start}CONCURRENTLY `),
    transactional: isPartitioned,
    inTransaction: null,
    removes: index,
  });
}

/** `pg_get_indexdef` prints the index of a partitioned table like this; the name may hold anything. */
const ON_ONLY = /^(CREATE (?:UNIQUE )?INDEX (?:"(?:[^"]|"")*"|[^\s"]+) ON )ONLY /;

/** What an index is, after its table: `USING gin (tags) WHERE …`, `(customer_id, created_at DESC) INCLUDE (total)`. */
export function renderShape(index: Omit<IndexDefinition, 'schema' | 'table' | 'name'>): string {
  const { method = 'btree', keys, include = [], predicate, storage = {} } = index;
  const parameters = Object.entries(storage).map(([name, value]) => `${quoteName(name)} = ${value}`);
  return [
    ...(method === 'btree' ? [] : [`USING ${method}`]),
    `(${keys.map(renderKey).join(', ')})`,
    ...(include.length === 0 ? [] : [`INCLUDE (${include.map(quoteName).join(', ')})`]),
    ...(parameters.length === 0 ? [] : [`WITH (${parameters.join(', ')})`]),
    ...(predicate === undefined ? [] : [`WHERE ${predicate}`]),
  ].join(' ');
}

/** `created_at DESC`, `lower(email) text_pattern_ops`; `NULLS …` only where it differs from the direction's default. */
export function renderKey(key: IndexElement): string {
  const subject = key.column === null ? renderExpression(key.expression) : quoteName(key.column);
  const collation = key.collation === undefined ? '' : ` COLLATE ${key.collation}`;
  const operators = key.operatorClass === undefined ? '' : ` ${key.operatorClass}`;
  const direction = key.descending ? ' DESC' : '';
  const nulls = key.nullsFirst === key.descending ? '' : key.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return subject + collation + operators + direction + nulls;
}

/** Only a lone call of a function may go without parentheses; they never hurt. */
function renderExpression(expression: string): string {
  return `(${expression})`;
}

/** Somebody's statements as they stand, to be judged and, once approved, applied; nothing is known of how they help. */
export function asProposed(sql: string, probe: Probe | null): Proposal {
  return {
    id: sql,
    change: { summary: sql, steps: stepsOf(sql) },
    reason: 'proposed by the item',
    probe,
    estimatedGainMs: 0,
  };
}

/** The statements of a text as steps, one each; a text that does not parse is one step, which the gate refuses. */
export function stepsOf(sql: string): SqlStep[] {
  const statements = statementsOrNone(sql);
  if (statements.length === 0)
    return [sqlStep(nameOf(sql), sql, { transactional: false, inTransaction: null })];
  return statements.map(({ sql: up, tree }) =>
    sqlStep(nameOf(up), up, {
      transactional: effectOf(tree).inTransaction,
      inTransaction: isTrialSafe(tree) ? up : null,
      leavesNothing: 'VacuumStmt' in tree,
    }),
  );
}

function nameOf(sql: string): string {
  return sql.slice(0, 40);
}

/** Of what anybody may propose only what a rollback undoes whole is tried on a user's database: what the planner knows. */
function isTrialSafe(tree: Node): boolean {
  if ('CreateStatsStmt' in tree || 'AlterStatsStmt' in tree) return true;
  if (!('AlterTableStmt' in tree)) return false;
  const commands = tree.AlterTableStmt.cmds ?? [];
  return commands.every(
    (command) =>
      'AlterTableCmd' in command &&
      (command.AlterTableCmd.subtype === 'AT_SetStatistics' ||
        command.AlterTableCmd.subtype === 'AT_SetOptions'),
  );
}
