/**
 * Both kinds of ids are of 32 bits, and half of them lie in the past. The server stops to hand them out 3,000,000 before
 * that end (`varsup.c`, `SetTransactionIdLimit`; multixacts alike).
 */
export const ID_LIMIT = 2 ** 31 - 3_000_000;

/** What the ids are called, and how old they may get. */
export const ID_KINDS = {
  transaction: {
    words: 'transaction ids',
    age: 'age(datfrozenxid)',
    freezeAt: 'autovacuum_freeze_max_age',
  },
  multixact: {
    words: 'multixact ids',
    age: 'mxid_age(datminmxid)',
    freezeAt: 'autovacuum_multixact_freeze_max_age',
  },
} as const;

/** The oldest ids of each database, and the age at which autovacuum comes to freeze them. */
export function idAges(kind: keyof typeof ID_KINDS): string {
  const { age, freezeAt } = ID_KINDS[kind];
  return `
  SELECT datname::text AS database, ${age}::float8 AS age, current_setting('${freezeAt}')::float8 AS "freezeAt"
    FROM pg_database
   ORDER BY ${age} DESC, datname
   LIMIT 200`;
}
