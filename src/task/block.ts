type BlockType = 'item' | 'quote' | 'paragraph' | 'heading' | 'fence' | 'code' | 'html' | 'rule' | 'matter';

/**
 * A block of CommonMark, as far as finding items needs it: no inline content, no list nodes (entries hang directly
 * in what contains their list). Offsets and lines count from the top-level block it belongs to, so that a block
 * can be reused when text before it grows.
 */
export interface Block {
  type: BlockType;
  /** Offset of its first character, after indentation. */
  readonly start: number;
  /** Column of `start`, tabs counted to multiples of four. */
  readonly column: number;
  readonly line: number;
  /** End of its last line that is not blank, without the line ending. */
  end: number;
  endLine: number;
  readonly children: Block[];
  /** Entries: `-`, `*`, `+`, `1.` or `1)`. */
  readonly bullet: string;
  /** Entries: the column their content stands in. */
  readonly contentColumn: number;
  /** Entries: by how many columns a line must be indented inside the parent to belong to it. */
  readonly padding: number;
  /** Headings: 1–6. HTML: which of the seven start conditions. */
  level: number;
  /** Fences: the opening run. */
  readonly fence: string;
  /** Fences and HTML: whether the end was found. */
  closed: boolean;
  /** Paragraphs: whether they turned out to be a table. */
  table: boolean;
}

/** A child of the document, where it stands now. */
export interface Top {
  /** Of the beginning of its first line. */
  readonly offset: number;
  /** 0-based. */
  readonly line: number;
  readonly block: Block;
}

export type EntryShape = Pick<Block, 'bullet' | 'contentColumn' | 'padding'>;
type Required = Pick<Block, 'type' | 'start' | 'column' | 'line'>;

export function newBlock(given: Required, entry?: EntryShape, fence = ''): Block {
  return {
    type: given.type,
    start: given.start,
    column: given.column,
    line: given.line,
    end: given.start,
    endLine: given.line,
    children: [],
    bullet: entry?.bullet ?? '',
    contentColumn: entry?.contentColumn ?? 0,
    padding: entry?.padding ?? 0,
    level: 0,
    fence,
    closed: false,
    table: false,
  };
}
