import { type Block, type EntryShape, newBlock, type Top } from './block.ts';

/** Told where each top-level block begins; true ends the scan there, the block itself left out. */
export type Boundary = (offset: number, line: number) => boolean;

/** Where a block begins: offsets are in the text, lines from 0. */
export interface Place {
  readonly type: Block['type'];
  readonly start: number;
  readonly column: number;
  readonly line: number;
  /** Offset of the beginning of that line. */
  readonly lineStart: number;
}

/** The blocks found so far, and which of them are open. It makes positions relative to the top-level block. */
export class BlockTree {
  readonly tops: Top[] = [];
  /** Outermost first; the document itself is not in it. */
  readonly open: Block[] = [];
  /** Whether the boundary has said so; what is added after that goes nowhere. */
  stopped = false;
  private readonly boundary: Boundary;
  private base = 0;
  private baseLine = 0;

  constructor(boundary: Boundary) {
    this.boundary = boundary;
  }

  /** Opens a block inside of the innermost open one. */
  add(place: Place, entry?: EntryShape, fence?: string): Block {
    const parent = this.open.at(-1);
    if (parent === undefined) {
      this.stopped = this.boundary(place.lineStart, place.line);
      this.base = place.lineStart;
      this.baseLine = place.line;
    }
    const { type, column } = place;
    const block = newBlock(
      { type, start: place.start - this.base, column, line: place.line - this.baseLine },
      entry,
      fence,
    );
    if (this.stopped) return block;
    if (parent === undefined) this.tops.push({ offset: this.base, line: this.baseLine, block });
    else parent.children.push(block);
    this.open.push(block);
    return block;
  }

  /** Lets a block reach to `end` in `line`. */
  extend(block: Block, end: number, line: number): void {
    block.end = end - this.base;
    block.endLine = line - this.baseLine;
  }

  /** Closes all but the first `keep` open blocks. */
  close(keep: number): void {
    while (this.open.length > keep) {
      const block = this.open.pop();
      const parent = this.open.at(-1);
      if (block === undefined || parent === undefined) continue;
      parent.end = Math.max(parent.end, block.end);
      parent.endLine = Math.max(parent.endLine, block.endLine);
    }
  }

  /** The source of a block of the current top-level block. */
  sourceOf(block: Block, text: string): string {
    return text.slice(this.base + block.start, this.base + block.end);
  }
}
