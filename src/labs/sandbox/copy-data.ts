import { pipeline } from 'node:stream/promises';
import type { TableData } from '../../pg/catalog/definitions/index.ts';
import type { Session } from '../../pg/session.ts';
import { quoteName, quoteQualified } from '../../sql/quote.ts';

/** Copies all rows, as the source's snapshot shows them. */
export async function copyTables(
  source: Session,
  target: Session,
  tables: readonly TableData[],
): Promise<void> {
  for (const table of tables) {
    if (table.kind === 'partitioned-table') continue;
    const columns = table.columns.map(({ name }) => quoteName(name)).join(', ');
    // Only a query reads a materialized view, and without ONLY a parent would hand out its children's rows twice.
    const rows = `SELECT ${columns} FROM ONLY ${quoteQualified(table)}`;
    await source.copyOut(`COPY (${rows}) TO STDOUT`, (data) =>
      target.copyIn(`COPY ${quoteQualified(table)} (${columns}) FROM STDIN`, (into) => pipeline(data, into)),
    );
  }
}
