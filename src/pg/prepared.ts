import type { Session } from './session.ts';

const NAME = 'pitstop_statement';

/** A statement that the server has analysed, by its name in the session. */
export interface Prepared {
  readonly name: string;
  /** Of its parameters, as `format_type` prints them. */
  readonly types: readonly string[];
}

/** Lends a prepared statement. It goes afterwards; where an error ended the transaction, the next one's start removes it. */
export async function withPrepared<T>(
  session: Session,
  sql: string,
  use: (prepared: Prepared) => Promise<T>,
): Promise<T> {
  const left = await session.query('SELECT FROM pg_prepared_statements WHERE name = $1', [NAME]);
  if (left.length > 0) await session.query(`DEALLOCATE ${NAME}`);
  await session.query(`PREPARE ${NAME} AS ${sql}`);
  const [row] = await session.query<{ types: string[] }>(
    `SELECT ARRAY(SELECT format_type(type, NULL) FROM unnest(parameter_types) WITH ORDINALITY AS p(type, at) ORDER BY at) AS types
       FROM pg_prepared_statements WHERE name = $1`,
    [NAME],
  );
  const result = await use({ name: NAME, types: row?.types ?? [] });
  await session.query(`DEALLOCATE ${NAME}`);
  return result;
}

/** The plan that the server makes without knowing the values of the parameters, as its JSON; inside a transaction. */
export async function explainGeneric(session: Session, sql: string): Promise<unknown> {
  await session.query(`SELECT set_config('plan_cache_mode', 'force_generic_plan', true)`);
  return withPrepared(session, sql, async ({ name, types }) => {
    const values = types.map(() => 'NULL').join(', ');
    const [row] = await session.query<{ 'QUERY PLAN': unknown }>(
      `EXPLAIN (FORMAT JSON) EXECUTE ${name}${values === '' ? '' : `(${values})`}`,
    );
    return row?.['QUERY PLAN'];
  });
}
