import type { Definitions } from '../../pg/catalog/definitions/index.ts';
import type { Session } from '../../pg/session.ts';
import { quoteName, quoteQualified } from '../../sql/quote.ts';
import type { SampledTable } from './sample.ts';

export async function insertSample(session: Session, samples: readonly SampledTable[]): Promise<void> {
  for (const { table, rows } of samples) {
    if (rows.length === 0 || table.columns.length === 0) continue;
    const names = table.columns.map(({ name }) => quoteName(name)).join(', ');
    const typed = table.columns.map(({ type }, at) => `v${at}::${type}`).join(', ');
    const arrays = table.columns.map((_, at) => `$${at + 1}::text[]`).join(', ');
    await session.query(
      `INSERT INTO ${quoteQualified(table)} (${names})
       SELECT ${typed} FROM unnest(${arrays}) AS u(${table.columns.map((_, at) => `v${at}`).join(', ')})`,
      table.columns.map((_, at) => rows.map((row) => row[at] ?? null)),
    );
  }
}

/** Removes rows whose parents are not in the sample, until every foreign key holds. */
export async function dropOrphans(
  session: Session,
  { tables, foreignKeys }: Pick<Definitions, 'tables' | 'foreignKeys'>,
): Promise<void> {
  const named = new Map(tables.map((table) => [table.oid, quoteQualified(table)]));
  for (let removed = true; removed;) {
    removed = false;
    for (const { from, fromColumns, to, toColumns } of foreignKeys) {
      const filled = fromColumns.map((name) => `c.${quoteName(name)} IS NOT NULL`).join(' AND ');
      const equal = toColumns
        .map((name, at) => `p.${quoteName(name)} = c.${quoteName(fromColumns[at] ?? '')}`)
        .join(' AND ');
      const rows = await session.query(
        `DELETE FROM ${named.get(from)} AS c WHERE ${filled}
            AND NOT EXISTS (SELECT FROM ${named.get(to)} AS p WHERE ${equal}) RETURNING 1`,
      );
      removed ||= rows.length > 0;
    }
  }
}
