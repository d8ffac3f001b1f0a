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

/** The integers of `bigint`. */
export const bigintRange = { from: -9_223_372_036_854_775_808n, to: 9_223_372_036_854_775_807n };

/** A decimal number: the greatest integer not above it, and whether that is the number itself. */
export interface Decimal {
  readonly whole: bigint;
  readonly exact: boolean;
}

/** Reads `77`, `-77.50` and `.5`; null for exponents and for what is no number. */
export function readDecimal(written: string): Decimal | null {
  const [match, sign = '', digits = '', fraction = ''] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(written) ?? [];
  if (match === undefined || digits + fraction === '') return null;
  const size = BigInt(digits === '' ? '0' : digits);
  const exact = /^0*$/.test(fraction);
  if (sign === '') return { whole: size, exact };
  return { whole: exact ? -size : -size - 1n, exact };
}
