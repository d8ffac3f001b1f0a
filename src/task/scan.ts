import type { Top } from './block.ts';
import type { Boundary } from './block-tree.ts';
import { endOfLine, nextLine } from './lines.ts';
import { Scanner } from './scanner.ts';

/**
 * Finds the blocks of CommonMark in one pass over the lines, in time proportional to the text; the tree builder of
 * the full parser needs quadratic time for long lists. The algorithm is the one in the specification's appendix.
 * `from` must be the beginning of a line with which a top-level block begins, `line` its number from 0.
 */
export function scanBlocks(text: string, from: number, line: number, boundary: Boundary): Top[] {
  const scanner = new Scanner(text, boundary);
  let offset = from;
  let number = line;
  while (offset < text.length) {
    const end = endOfLine(text, offset);
    if (!scanner.read(offset, end, number)) break;
    offset = nextLine(text, end);
    number += 1;
  }
  scanner.tree.close(0);
  return scanner.tree.tops;
}
