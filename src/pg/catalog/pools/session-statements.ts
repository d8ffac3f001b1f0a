import { quoteName } from '../../../sql/quote.ts';
import type { Session } from '../../session.ts';
import { schemaOfCounts } from '../statement-counts.ts';

/** A statement that somebody has sent, as the server keeps it: it may hold secrets, so only what it uses is told. */
interface SentStatement {
  readonly query: string;
  /** Null for the last statement of a session that is still there. */
  readonly calls: number | null;
}

export interface SentStatements {
  readonly statements: readonly SentStatement[];
  /** Whether `pg_stat_statements` is there; without it nothing of the past is known. */
  readonly counted: boolean;
  /** Statements of others whose text the role may not see. */
  readonly hidden: number;
  /** The fewest statements that make up 99 % of all calls, 0 where nothing was counted; null where nothing counts. */
  readonly hot: number | null;
}

/** Texts that are looked at, the most frequent first. */
const MOST_STATEMENTS = 500;

/** Words without which no statement leaves anything in its session. What else holds them is told apart by its tree. */
const WORDS =
  '\\m(?:listen|set|reset|set_config|prepare|execute|declare|temp|temporary|pg_temp|load|do|currval|lastval|\\w*advisory\\w*)\\M';

/** How pitstop's own statements of that sort begin or what they name: they are not the application's. */
const OWN = 'pitstop|^SELECT pg_try_advisory_lock\\(\\$1::bigint\\) AS locked';

/** Statements of this database that may leave something in their session: counted ones, and the last of each session. */
export async function readSessionStatements(session: Session): Promise<SentStatements> {
  const schema = await schemaOfCounts(session);
  const counted = schema === null ? [] : await readCounted(session, schema);
  const current = await session.query<{ query: string }>(
    `SELECT query FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        AND application_name NOT LIKE 'pitstop %' AND query ~* $1 AND query !~* $2`,
    [WORDS, OWN],
  );
  const [hidden] = await session.query<{ activity: number; counted: number }>(
    `SELECT (SELECT count(*)::int FROM pg_stat_activity
              WHERE datname = current_database() AND query = '<insufficient privilege>') AS activity,
            ${schema === null ? '0' : `(SELECT count(*)::int FROM ${quoteName(schema)}.pg_stat_statements WHERE ${HERE} AND query = '<insufficient privilege>')`} AS counted`,
  );
  return {
    statements: [...counted, ...current.map(({ query }) => ({ query, calls: null }))],
    counted: schema !== null,
    hidden: (hidden?.activity ?? 0) + (hidden?.counted ?? 0),
    hot: schema === null ? null : await countHot(session, schema),
  };
}

const HERE = 'dbid = (SELECT oid FROM pg_database WHERE datname = current_database())';

function readCounted(session: Session, schema: string): Promise<SentStatement[]> {
  return session.query<{ query: string; calls: number }>(
    `SELECT query, sum(calls)::float8 AS calls FROM ${quoteName(schema)}.pg_stat_statements
      WHERE ${HERE} AND query ~* $1 AND query !~* $2
      GROUP BY query ORDER BY calls DESC, query LIMIT ${MOST_STATEMENTS}`,
    [WORDS, OWN],
  );
}

/** Those that a driver may keep prepared. A role that may not see the texts of others still sees their calls. */
async function countHot(session: Session, schema: string): Promise<number> {
  const [row] = await session.query<{ hot: number }>(
    `WITH sent AS (
       SELECT coalesce(queryid, 0) AS queryid, sum(calls) AS calls FROM ${quoteName(schema)}.pg_stat_statements
        WHERE ${HERE} GROUP BY 1),
     ranked AS (
       SELECT sum(calls) OVER (ORDER BY calls DESC, queryid) - calls AS before, sum(calls) OVER () AS total FROM sent)
     SELECT count(*)::int AS hot FROM ranked WHERE before < 0.99 * total`,
  );
  return row?.hot ?? 0;
}
