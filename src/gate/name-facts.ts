import type { DecidingName, Use } from '../sql/deciding-names.ts';

/** A function that a statement may run, by its name or behind a name. */
export interface ReachedFunction {
  /** The name of the statement that leads to it; null for a cast, which no name leads to. */
  readonly by: Pick<DecidingName, 'kind' | 'schema' | 'name'> | null;
  /** Whose it is. Of the server's own only those are listed that a call by name may mean. */
  readonly origin: 'server' | 'extension' | 'user';
  /** How, in words: `view shop.totals`, `trigger orders_audit`. */
  readonly through: string;
  /** From which use of a relation on it runs. */
  readonly use: Use;
  readonly schema: string;
  readonly name: string;
  readonly language: string;
  /** Whether anybody may write functions in this language. */
  readonly trusted: boolean;
  readonly securityDefiner: boolean;
  /** The CREATE FUNCTION that would make it again; null where its code is not SQL or PL/pgSQL, or not to be had. */
  readonly definition: string | null;
}

/** What a database says of the names of a text. */
export interface NameFacts {
  /** Every name that was asked for, as `keyOf` gives it: of other names nothing is known. */
  readonly asked: ReadonlySet<string>;
  readonly functions: readonly ReachedFunction[];
  /** What the connected role may do beyond the database: `superuser`, `pg_execute_server_program`, … */
  readonly rolePowers: readonly string[];
}

export function keyOf({ kind, schema, name }: Pick<DecidingName, 'kind' | 'schema' | 'name'>): string {
  return JSON.stringify([kind, schema, name]);
}
