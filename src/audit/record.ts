import { createHash } from 'node:crypto';
import { redact } from '../report/redact.ts';
import { withoutConstants } from '../sql/normalize.ts';
import type { Actor, AuditEvent } from './event.ts';

/** An event as it is kept: its name and its fields. */
export interface Details extends Readonly<Record<string, unknown>> {
  readonly event: string;
}

/** A record without the hash over it. Further fields are those of its event. */
export interface Unsealed extends Details {
  /** 1, 2, 3, … */
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** A random id of this one log. */
  readonly logId: string;
  readonly actor: Actor;
  readonly runId: string;
  /** The hash of the record before. */
  readonly prev: string;
}

export interface AuditRecord extends Unsealed {
  readonly hash: string;
}

/** What an event's statements become: the hash binds the bytes, the text has `?` for each constant. */
interface LoggedStatement {
  readonly sha256: string;
  readonly text: string;
}

/** Longer texts are cut: records stay of a size that can be read. In characters. */
const MOST_TEXT = 4_000;

/** The details of an event as the log keeps them: without secrets and constants. Needs `loadParser()` where there is SQL. */
export function detailsOf(event: AuditEvent): Details {
  if ('sql' in event) {
    const { sql, ...rest } = event;
    return redact({ ...rest, statements: sql.map(loggedStatement) });
  }
  if (event.event === 'command') return redact({ ...event, arguments: event.arguments.map(redactArgument) });
  return redact({ ...event });
}

function loggedStatement(sql: string): LoggedStatement {
  const text = withoutConstants(sql);
  return {
    sha256: createHash('sha256').update(sql, 'utf8').digest('hex'),
    text: text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text,
  };
}

/** `--password=secret`, `PGPASSWORD=secret`, `host=db password='my secret'`. */
const PASSWORD = /((?:ssl|pg)?pass(?:word|wd)?\s*=\s*)(?:'[^']*'|\S+)/gi;

function redactArgument(argument: string): string {
  return argument.replaceAll(PASSWORD, '$1***');
}
