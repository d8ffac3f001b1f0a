import type { LineRange } from '../task/input.ts';

/** Whether lines share one with a range; null is all lines. */
export function overlaps(
  place: { readonly line: number; readonly lastLine: number },
  range: LineRange | null,
): boolean {
  return range === null || (place.line <= range.to && place.lastLine >= range.from);
}
