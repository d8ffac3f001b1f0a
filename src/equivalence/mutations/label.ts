import { quoteName, quoteQualified } from '../../sql/quote.ts';
import type { ColumnModel, TableModel } from '../model.ts';

/** `shop.orders` or `shop.orders.note`. */
export function labelOf(table: TableModel, column?: ColumnModel): string {
  return column === undefined ? quoteQualified(table) : `${quoteQualified(table)}.${quoteName(column.name)}`;
}
