import { parseStatements } from '../sql/parse.ts';
import { nodesNamed } from '../sql/walk.ts';

/** Two statements as they are asked of a few rows. */
export interface OnFewRows {
  readonly original: string;
  readonly rewrite: string;
  /** For people: `OFFSET 3 instead of 40000`. */
  readonly note: string;
}

/** Up to here a sample has rows behind the offset. */
const SMALL = 10;
const STEP = 3;

/**
 * A page far behind is empty in a sample, and two empty pages say nothing. So both statements get small offsets, the same
 * in place of the same. Null where there is nothing to make smaller, or where it could change what one of them means:
 * where they name other offsets than each other, or one of those numbers elsewhere too.
 */
export function withSmallOffsets(original: string, rewrite: string): OnFewRows | null {
  const [one, other] = [offsetsIn(original), offsetsIn(rewrite)];
  const numbers = distinct(one);
  if (numbers.length === 0 || numbers.join() !== distinct(other).join()) return null;
  if ([original, rewrite].some((sql, at) => mentionsOf(sql, numbers) !== [one, other][at]?.length))
    return null;
  const small = new Map(numbers.map((number, at) => [number, (at + 1) * STEP]));
  return {
    original: replaced(original, one, small),
    rewrite: replaced(rewrite, other, small),
    note: [...small].map(([number, less]) => `OFFSET ${less} instead of ${number}`).join(', '),
  };
}

interface Offset {
  readonly number: number;
  /** In UTF-8 bytes of the text. */
  readonly location: number;
}

function offsetsIn(sql: string): Offset[] {
  return nodesNamed(treesOf(sql), 'SelectStmt').flatMap(({ limitOffset }) => {
    if (limitOffset === undefined || !('A_Const' in limitOffset)) return [];
    const { ival, location = 0 } = limitOffset.A_Const;
    const number = ival?.ival ?? 0;
    return number > SMALL ? [{ number, location }] : [];
  });
}

function mentionsOf(sql: string, numbers: readonly number[]): number {
  const constants = nodesNamed(treesOf(sql), 'A_Const');
  return constants.filter(({ ival }) => numbers.includes(ival?.ival ?? 0)).length;
}

function treesOf(sql: string) {
  return parseStatements(sql).map(({ tree }) => tree);
}

function distinct(offsets: readonly Offset[]): number[] {
  return [...new Set(offsets.map(({ number }) => number))].toSorted((one, other) => one - other);
}

/** From the end, so that positions before stay what they are. An integer is digits, `_` and letters: `40_000`, `0x9C40`. */
function replaced(sql: string, offsets: readonly Offset[], small: ReadonlyMap<number, number>): string {
  let bytes = Buffer.from(sql, 'utf8');
  for (const { number, location } of offsets.toSorted((one, other) => other.location - one.location)) {
    const [digits = ''] = /^\w+/.exec(bytes.subarray(location).toString('utf8')) ?? [];
    bytes = Buffer.concat([
      bytes.subarray(0, location),
      Buffer.from(String(small.get(number))),
      bytes.subarray(location + digits.length),
    ]);
  }
  return bytes.toString('utf8');
}
