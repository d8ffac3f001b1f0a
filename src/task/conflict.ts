import { parseDocument } from './document.ts';
import type { Block } from './block.ts';

/**
 * The first line (1-based) with a conflict marker that git has left, null where there is none. Markers inside code
 * blocks are taken for an example of one.
 */
export function conflictLine(text: string): number | null {
  const start = /^<{7}(?: |$)/m.exec(text);
  const end = /^>{7}(?: |$)/m.exec(text);
  const first = [start, end].flatMap((match) => (match === null ? [] : [match.index]));
  if (first.length === 0) return null;
  const offset = first.find((index) => !inFence(text, index));
  return offset === undefined ? null : text.slice(0, offset).split(/\r\n|\r|\n/).length;
}

function inFence(text: string, offset: number): boolean {
  const { tops } = parseDocument(text);
  const top = tops.findLast((candidate) => candidate.offset <= offset);
  return top !== undefined && holds(top.block, offset - top.offset);
}

function holds(block: Block, offset: number): boolean {
  if (offset < block.start || offset > block.end) return false;
  if (block.type === 'fence') return true;
  return block.children.some((child) => holds(child, offset));
}
