import type { Node } from '@pgsql/types';
import { joinedColumns } from '../../equivalence/mentions.ts';
import { PitstopError } from '../../errors.ts';
import { readDefinitions, type Definitions, type TableData } from '../../pg/catalog/definitions/index.ts';
import type { NamedInStatement } from '../../pg/catalog/definitions/needed.ts';
import { readOnlySnapshot } from '../../pg/execute.ts';
import { isConnectionLoss, isStatementTimeout, sqlState, SQLSTATE } from '../../pg/failure.ts';
import { withSession, type Session, type SessionSettings } from '../../pg/session.ts';
import { inTransaction } from '../../pg/transaction.ts';
import { functionsOf } from '../../sql/probe.ts';
import { quoteName, quoteQualified } from '../../sql/quote.ts';
import { namesOf, nodesNamed } from '../../sql/walk.ts';
import { copyTables } from './copy-data.ts';
import { define } from './define.ts';
import { dropOrphans, insertSample } from './insert-sample.ts';
import { readSample, type Link } from './sample.ts';
import type { SandboxDatabase } from './server.ts';

/** What is rebuilt, and how much of its data. */
export interface Contents {
  /** Object ids on the source. */
  readonly relations: readonly number[];
  /** What will run there: it may need functions, operators and types that no relation does. */
  readonly statements: readonly Node[];
  /** For what will write: triggers, and sequences where they stand. */
  readonly triggers: boolean;
  readonly data: DataLimits;
}

export interface DataLimits {
  /** Everything is copied up to this many rows and heap bytes in all, by the statistics; 0 asks for a sample. */
  readonly maxRows: number;
  readonly maxBytes: number;
  /** Rows of a table that a sample begins with; join partners come on top. */
  readonly sampleRows: number;
  /** One statement on the source. */
  readonly statementTimeoutMs: number;
}

export const DEFAULT_DATA_LIMITS: DataLimits = {
  maxRows: 2_000_000,
  maxBytes: 1024 ** 3,
  sampleRows: 200,
  statementTimeoutMs: 120_000,
};

export interface Filled {
  readonly tables: readonly TableData[];
  /** Only some rows are there: enough to compare results, nothing to measure times with. */
  readonly sampled: boolean;
  /** What differs from the source, for people. */
  readonly leftOut: readonly string[];
}

/**
 * Rebuilds relations in a sandbox and fills them. The source is only read, in one snapshot.
 * @throws PitstopError `no-lab` where something cannot be rebuilt
 */
export async function fillSandbox(
  source: Session,
  database: SandboxDatabase,
  contents: Contents,
  signal: AbortSignal,
): Promise<Filled> {
  try {
    return await rebuild(source, database, contents, signal);
  } catch (error) {
    const state = sqlState(error);
    if (
      state === null ||
      isConnectionLoss(error) ||
      (state === SQLSTATE.queryCanceled && !isStatementTimeout(error))
    )
      throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new PitstopError('no-lab', `the sandbox cannot be filled: ${message}`, {
      hint: 'Name a copy of the database with --lab.',
      cause: error,
    });
  }
}

async function rebuild(
  source: Session,
  database: SandboxDatabase,
  contents: Contents,
  signal: AbortSignal,
): Promise<Filled> {
  const { data } = contents;
  return readOnlySnapshot(source, data.statementTimeoutMs, async () => {
    const definitions = await readDefinitions(
      source,
      contents.relations,
      namedIn(contents.statements),
      contents,
    );
    const [reason] = definitions.unsupported;
    if (reason !== undefined)
      throw new PitstopError('no-lab', `the statement cannot be tried in a sandbox: ${reason}`, {
        hint: 'Name a copy of the database with --lab.',
      });
    await createExtensions(database, definitions);
    const sampled = !fits(definitions.tables, data);
    // Rows of a commit that is not on disk yet are not marked as visible to all, and nobody waits for the disk here.
    const settings = { check_function_bodies: 'off', synchronous_commit: 'on' };
    const load = async (session: Session) => {
      await inTransaction(session, async () => {
        await define(session, definitions.before);
        if (sampled) {
          const links = linksOf(contents.statements, definitions.tables);
          await insertSample(session, await readSample(source, definitions, links, data.sampleRows));
          await dropOrphans(session, definitions);
        } else await copyTables(source, session, definitions.tables);
        await define(session, definitions.after);
      });
      // The visibility map as well: without it no index-only scan stays one.
      const filled = definitions.tables.filter(({ partitionOf }) => partitionOf === null);
      if (filled.length > 0) await session.query(`VACUUM (ANALYZE) ${filled.map(quoteQualified).join(', ')}`);
    };
    await withSession(database.target, 'sandbox fill', signal, load, settings);
    const leftOut = database.otherLocale
      ? [
          'the server of the sandbox does not have the locale of the database; texts may sort in another order',
        ]
      : [];
    return { tables: definitions.tables, sampled, leftOut: [...definitions.leftOut, ...leftOut] };
  });
}

/** A session in a sandbox that plans and answers as the source's does. */
export function withSandboxSession<T>(
  database: SandboxDatabase,
  settings: SessionSettings,
  signal: AbortSignal,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  return withSession(database.target, 'sandbox', signal, use, settings);
}

function namedIn(statements: readonly Node[]): NamedInStatement {
  const lastOf = (name: readonly Node[] | undefined) => namesOf(name).at(-1) ?? [];
  return {
    functions: functionsOf(statements).map(({ name }) => name),
    operators: [
      ...nodesNamed(statements, 'A_Expr').flatMap(({ name }) => lastOf(name)),
      ...nodesNamed(statements, 'SubLink').flatMap(({ operName }) => lastOf(operName)),
    ],
    types: nodesNamed(statements, 'TypeName').flatMap(({ names }) => lastOf(names)),
  };
}

/** Columns that the statements compare with each other, besides foreign keys. */
function linksOf(statements: readonly Node[], tables: readonly TableData[]): Link[] {
  return joinedColumns(statements, tables).map(({ from, to }) => ({
    from: from.table.oid,
    fromColumns: [from.column.name],
    to: to.table.oid,
    toColumns: [to.column.name],
  }));
}

function fits(tables: readonly TableData[], { maxRows, maxBytes }: DataLimits): boolean {
  const leaves = tables.filter(({ kind }) => kind !== 'partitioned-table');
  const rows = leaves.reduce((sum, table) => sum + (table.rows ?? 0), 0);
  const bytes = leaves.reduce((sum, table) => sum + table.sizeBytes, 0);
  return rows <= maxRows && bytes <= maxBytes && maxRows > 0;
}

async function createExtensions(database: SandboxDatabase, { extensions }: Definitions): Promise<void> {
  if (extensions.length === 0) return;
  await withSession(database.admin, 'sandbox fill', null, async (session) => {
    for (const { name, schema } of extensions) {
      await session.query(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`);
      await session
        .query(`CREATE EXTENSION IF NOT EXISTS ${quoteName(name)} SCHEMA ${quoteName(schema)} CASCADE`)
        .catch((cause: unknown) => {
          throw new PitstopError('no-lab', `the sandbox cannot have the extension ${name}`, {
            hint: 'Name a copy of the database with --lab, or use --lab clone.',
            cause,
          });
        });
      await session.query(`GRANT USAGE, CREATE ON SCHEMA ${quoteName(schema)} TO PUBLIC`);
    }
  });
}
