import type { ColumnFacts } from '../facts.ts';

/** Whether a column holds integers: what `=` and `<` say of them is arithmetic. */
export const isInteger = ({ baseType }: Pick<ColumnFacts, 'baseType'>): boolean =>
  /^int[248]$/.test(baseType);

/**
 * Whether two values of a column are equal exactly where their characters are. Not so for `character(n)`, which ignores
 * trailing blanks, and for collations that are not deterministic.
 */
export const isPlainText = ({ baseType, collation }: Pick<ColumnFacts, 'baseType' | 'collation'>): boolean =>
  (baseType === 'text' || baseType === 'varchar') && collation?.deterministic === true;

/** Whether a comparison holds. */
export function compared(left: bigint, operator: string, right: bigint): boolean | null {
  switch (operator) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return null;
  }
}
