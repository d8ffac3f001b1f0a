import { createHash } from 'node:crypto';
import type { RowsComparison } from './measurement.ts';

/** What two executions are compared by, without keeping their rows. */
export interface RowsDigest {
  readonly rows: number;
  /** Equal for equal multisets of rows, whatever their order. */
  readonly multiset: string;
  /** Equal for equal sequences of rows. */
  readonly sequence: string;
}

const MODULUS = 1n << 128n;

/**
 * Digests rows as they stream by. A multiset is the sum of the rows' 128-bit hashes: order-free, and unlike XOR it
 * notices duplicates. Rows are compared as the text the server sends, so every type can be compared.
 */
export function createRowsDigest(): { add(row: readonly (string | null)[]): void; result(): RowsDigest } {
  let rows = 0;
  let sum = 0n;
  const sequence = createHash('sha256');
  return {
    add(row) {
      const hash = createHash('sha256').update(JSON.stringify(row)).digest();
      rows += 1;
      sum = (sum + hash.readBigUInt64LE(0) + (hash.readBigUInt64LE(8) << 64n)) % MODULUS;
      sequence.update(hash);
    },
    result: () => ({ rows, multiset: sum.toString(16), sequence: sequence.digest('hex') }),
  };
}

/**
 * Compares what the statement returned without the change, with it, and without it once more. Where the two runs
 * without the change already disagree (a volatile function, data that moves), nothing can be said.
 * `deterministic`: the statement's meaning fixes its rows (no LIMIT without a total order).
 */
export function compareRows(
  without: readonly RowsDigest[],
  withChange: readonly RowsDigest[],
  withoutAgain: readonly RowsDigest[],
  meaning: { readonly deterministic: boolean; readonly ordersTotally: boolean },
): RowsComparison {
  if (isSameResult(without, withChange, meaning)) return 'same';
  if (!meaning.deterministic || !isSameResult(without, withoutAgain, meaning)) return 'incomparable';
  return 'different';
}

/** Whether two executions returned the same for every parameter set: the same sequence where the order is total. */
export function isSameResult(
  one: readonly RowsDigest[],
  other: readonly RowsDigest[],
  { ordersTotally }: { readonly ordersTotally: boolean },
): boolean {
  const by = ordersTotally ? 'sequence' : 'multiset';
  return (
    one.length === other.length &&
    one.every((digest, set) => digest.rows === other[set]?.rows && digest[by] === other[set]?.[by])
  );
}
