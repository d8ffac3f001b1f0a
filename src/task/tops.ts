import type { Top } from './block.ts';
import { frontMatter } from './front-matter.ts';
import { endOfLine, nextLine } from './lines.ts';
import { scanBlocks } from './scan.ts';

/** A text and its top-level blocks. */
export interface Scan {
  readonly text: string;
  readonly tops: readonly Top[];
}

/**
 * The top-level blocks of a text. Where `earlier` is given, blocks before and after what differs are taken from it:
 * what a block is depends only on its own lines and the first line of the next one.
 */
export function scanTops(text: string, earlier: Scan | null): Scan {
  const matter = frontMatter(text);
  const start = matter === null ? 0 : matter.next;
  if (earlier === null || matter?.text !== frontMatter(earlier.text)?.text) {
    return {
      text,
      tops: [...(matter === null ? [] : [matter.top]), ...scanBlocks(text, start, matter?.lines ?? 0, never)],
    };
  }

  const old = earlier.tops;
  const prefix = commonPrefix(earlier.text, text);
  const suffix = commonSuffix(earlier.text, text, prefix);
  const keep = lastWholeBefore(old, earlier.text, prefix);
  const first = old[keep];
  const kept = old.slice(0, Math.max(keep, matter === null ? 0 : 1));
  const delta = text.length - earlier.text.length;
  const same = text.length - suffix;
  let resume = -1;
  let lines = 0;
  const inMatter = first === undefined || first.block.type === 'matter';
  const from = inMatter ? start : first.offset;
  const scanned = scanBlocks(text, from, inMatter ? (matter?.lines ?? 0) : first.line, (offset, line) => {
    const index = offset < same ? -1 : indexAt(old, offset - delta);
    const top = old[index];
    if (top === undefined) return false;
    resume = index;
    lines = line - top.line;
    return true;
  });
  const rest = resume < 0 ? [] : old.slice(resume);
  return { text, tops: [...kept, ...scanned, ...moved(rest, delta, lines)] };
}

/** Blocks of the old text where they stand in the new one. */
function moved(rest: readonly Top[], delta: number, lines: number): readonly Top[] {
  if (delta === 0 && lines === 0) return rest;
  return rest.map((top) => ({ offset: top.offset + delta, line: top.line + lines, block: top.block }));
}

/** Index of the block that begins at `offset`, -1 where there is none. */
function indexAt(tops: readonly Top[], offset: number): number {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return tops[low]?.offset === offset ? low : -1;
}

/**
 * The last block whose first two lines are the same in both texts, so that those before it are altogether; -1 for none.
 * Two, since the second line of a table makes the first one its head.
 */
function lastWholeBefore(tops: readonly Top[], text: string, prefix: number): number {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const top = tops[middle];
    if (top !== undefined && lineAfter(text, lineAfter(text, top.offset)) <= prefix) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function lineAfter(text: string, offset: number): number {
  return nextLine(text, endOfLine(text, offset));
}

function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + STRIDE <= most && a.slice(at, at + STRIDE) === b.slice(at, at + STRIDE)) at += STRIDE;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

function commonSuffix(a: string, b: string, prefix: number): number {
  const most = Math.min(a.length, b.length) - prefix;
  let count = 0;
  while (
    count + STRIDE <= most &&
    a.slice(a.length - count - STRIDE, a.length - count) ===
      b.slice(b.length - count - STRIDE, b.length - count)
  )
    count += STRIDE;
  while (count < most && a.charCodeAt(a.length - count - 1) === b.charCodeAt(b.length - count - 1))
    count += 1;
  return count;
}

const STRIDE = 4096;

function never(): boolean {
  return false;
}
