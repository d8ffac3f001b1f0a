import { parametersOf, type LoggedValue } from './parameters.ts';
import type { LogRecord } from './record.ts';

/** A statement that somebody executed, as the server's log has it. */
export interface LoggedCall {
  readonly sql: string;
  /** Of `$1`, `$2`, …; none where it has none, or the log does not say. */
  readonly parameters: readonly LoggedValue[];
  /** Null where only the statement was logged. */
  readonly ms: number | null;
}

const DURATION = String.raw`duration: (\d+(?:\.\d+)?) ms  `;
/** Of `log_min_duration_statement` and `log_statement`. Parsing and binding have durations of their own, which say nothing. */
const STATEMENT = new RegExp(`^(?:${DURATION})?(?:statement|execute .*?): ([^]*)$`);
/** Of auto_explain. */
const PLAN = new RegExp(`^${DURATION}plan:\n([^]*)$`);

/** Sessions of our own that execute statements of items: with values that nobody asked for. */
const OWN = /\bpitstop (?:reader|builder|lab|sandbox|explain)\b/;

/** The call that a record tells of; null for any other record, for one of our own, and in other languages than English. */
export function callOf({ message, detail, application }: LogRecord): LoggedCall | null {
  if (OWN.test(application)) return null;
  const statement = STATEMENT.exec(message);
  if (statement !== null) {
    const [, ms, sql = ''] = statement;
    const given = /^parameters: ([^]*)$/i.exec(detail)?.[1];
    return called(sql, given, ms);
  }
  const [, ms, plan = ''] = PLAN.exec(message) ?? [];
  if (ms === undefined) return null;
  const query = plan.startsWith('{') ? queryOfJson(plan) : queryOfText(plan);
  return query === null ? null : called(query.sql, query.given, ms);
}

function called(sql: string, given: string | undefined, ms: string | undefined): LoggedCall | null {
  const parameters = given === undefined ? [] : parametersOf(given);
  // A broken character: the log is in more than one encoding.
  if (parameters === null || sql.includes('\uFFFD') || given?.includes('\uFFFD') === true) return null;
  return { sql, parameters, ms: ms === undefined ? null : Number(ms) };
}

interface PlannedQuery {
  readonly sql: string;
  readonly given: string | undefined;
}

/** `auto_explain.log_format = json` */
function queryOfJson(plan: string): PlannedQuery | null {
  try {
    const parsed = JSON.parse(plan) as Readonly<Record<string, unknown>>;
    const { 'Query Text': sql, 'Query Parameters': given } = parsed;
    if (typeof sql !== 'string') return null;
    return { sql, given: typeof given === 'string' ? given : undefined };
  } catch {
    return null;
  }
}

const FIRST_NODE = /^.*\(cost=\d/m;

/** `auto_explain.log_format = text`, the default: the query ends where its parameters or its plan begin. */
function queryOfText(plan: string): PlannedQuery | null {
  const text = /^Query Text: ([^]*)$/.exec(plan)?.[1];
  if (text === undefined) return null;
  const query = text.slice(0, FIRST_NODE.exec(text)?.index ?? text.length).trimEnd();
  const at = query.lastIndexOf('\nQuery Parameters: ');
  if (at < 0) return { sql: query, given: undefined };
  return { sql: query.slice(0, at), given: query.slice(at + '\nQuery Parameters: '.length) };
}
