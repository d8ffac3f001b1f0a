import { type Block, type Top, newBlock } from './block.ts';
import { LineCursor } from './line-cursor.ts';
import {
  atxLevel,
  entryStart,
  fenceStart,
  htmlStart,
  isFenceEnd,
  isHtmlEnd,
  isRule,
  isSetextUnderline,
  isTableStart,
} from './block-starts.ts';

/** Told where each top-level block begins; true ends the scan there, the block itself left out. */
export type Boundary = (offset: number, line: number) => boolean;

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
  scanner.close(0);
  return scanner.tops;
}

export function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d) return at;
  }
  return text.length;
}

/** The beginning of the line after one that ends at `end`. */
export function nextLine(text: string, end: number): number {
  return text.charCodeAt(end) === 0x0d && text.charCodeAt(end + 1) === 0x0a ? end + 2 : end + 1;
}

interface ParagraphLine {
  readonly text: string;
  /** Offset of the beginning of the line, and of its text. */
  readonly lineStart: number;
  readonly start: number;
  readonly column: number;
  readonly before: { readonly end: number; readonly endLine: number };
}

class Scanner {
  readonly tops: Top[] = [];
  private readonly text: string;
  private readonly boundary: Boundary;
  private readonly cursor: LineCursor;
  /** Open blocks, outermost first; the document itself is not in it. */
  private readonly open: Block[] = [];
  /** How many of them the current line continues. */
  private matched = 0;
  /** Where offsets and lines of the current top-level block count from. */
  private base = 0;
  private baseLine = 0;
  private lineStart = 0;
  private line = 0;
  private stopped = false;
  /** The last line of the open paragraph, and where the paragraph ended before it. */
  private last: ParagraphLine | null = null;

  constructor(text: string, boundary: Boundary) {
    this.text = text;
    this.boundary = boundary;
    this.cursor = new LineCursor(text);
  }

  /** Takes in one line; false once the boundary has said stop. */
  read(start: number, end: number, line: number): boolean {
    this.lineStart = start;
    this.line = line;
    this.cursor.startLine(start, end);
    this.matched = this.continueOpen();
    if (this.matched < 0) return true;
    const leaf = this.openBlocks();
    if (this.stopped) return false;
    if (!leaf) this.addText();
    return !this.stopped;
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

  /** How many open blocks this line continues; -1 where it was a closing fence, and is done with. */
  private continueOpen(): number {
    const { cursor } = this;
    let count = 0;
    for (const block of this.open) {
      cursor.look();
      if (!this.continues(block)) return block.closed && block.type === 'fence' ? -1 : count;
      count += 1;
    }
    return count;
  }

  private continues(block: Block): boolean {
    const { cursor } = this;
    if (block.type === 'item') return this.continuesEntry(block);
    if (block.type === 'paragraph') return !cursor.blank;
    if (block.type === 'fence') return !this.closesFence(block);
    if (block.type === 'code') return cursor.blank || cursor.indent >= 4;
    if (block.type === 'html') return !block.closed && !(cursor.blank && block.level >= 6);
    if (block.type !== 'quote') return false;
    if (cursor.blank || cursor.indent > 3 || cursor.text.charCodeAt(cursor.nonspace) !== 0x3e) return false;
    this.skipQuoteMark();
    return true;
  }

  private continuesEntry(entry: Block): boolean {
    const { cursor } = this;
    if (cursor.blank) {
      if (entry.children.length === 0) return false;
      cursor.skipIndent();
      return true;
    }
    if (cursor.indent < entry.padding) return false;
    cursor.advance(entry.padding);
    return true;
  }

  private closesFence(fence: Block): boolean {
    if (this.cursor.indent > 3 || !isFenceEnd(this.cursor.rest(), fence.fence)) return false;
    fence.closed = true;
    this.extend(fence);
    this.close(this.open.indexOf(fence));
    return true;
  }

  private skipQuoteMark(): void {
    this.cursor.skipIndent();
    this.cursor.advance(1);
    if (this.cursor.atSpace()) this.cursor.advance(1);
  }

  /** Opens what begins on this line; true where a leaf took the whole line. */
  private openBlocks(): boolean {
    const innermost = this.open[this.matched - 1];
    if (innermost !== undefined && isVerbatim(innermost)) return false;
    for (;;) {
      this.cursor.look();
      if (this.cursor.blank) return false;
      if (this.cursor.indent >= 4) return this.openIndentedCode();
      const opened = this.openOne();
      if (this.stopped || opened === 'leaf') return true;
      if (opened === 'none') return false;
    }
  }

  private openIndentedCode(): boolean {
    if (this.open.at(-1)?.type === 'paragraph') return false;
    this.extend(this.add('code'));
    return true;
  }

  private openOne(): 'container' | 'leaf' | 'none' {
    const { cursor } = this;
    const first = cursor.text.charCodeAt(cursor.nonspace);
    if (!MAY_START[first]) return 'none';
    const paragraph = this.matchedParagraph();

    if (first === 0x3e) {
      this.add('quote');
      this.skipQuoteMark();
      return 'container';
    }
    const line = cursor.rest();
    const level = atxLevel(line);
    if (level > 0) return this.leaf('heading', level);
    const fence = fenceStart(line);
    if (fence !== null) return this.leaf('fence', 0, fence);
    const html = htmlStart(line);
    if (html > 0 && (html < 7 || this.open.at(-1)?.type !== 'paragraph')) return this.openHtml(html, line);
    if (paragraph !== null && !paragraph.table) {
      if (this.last !== null && isTableStart(this.last.text, line) && !isSetextUnderline(line))
        return this.becomeTable(paragraph, this.last);
      if (isSetextUnderline(line) && !this.isDefinition(paragraph))
        return this.becomeHeading(paragraph, line);
    }
    if (isRule(line)) return this.leaf('rule');
    return this.openEntry(paragraph !== null && !paragraph.table);
  }

  private openEntry(inParagraph: boolean): 'container' | 'none' {
    const { nonspace, nonspaceColumn, indent } = this.cursor;
    const start = entryStart(this.cursor, inParagraph);
    if (start === null) return 'none';
    const block = this.begin(() =>
      newBlock(
        {
          type: 'item',
          start: nonspace - this.base,
          column: nonspaceColumn,
          line: this.line - this.baseLine,
        },
        {
          bullet: start.bullet,
          contentColumn: nonspaceColumn + start.padding,
          padding: indent + start.padding,
        },
      ),
    );
    block.end = nonspace + start.bullet.length - this.base;
    return 'container';
  }

  private openHtml(kind: number, line: string): 'leaf' {
    const block = this.add('html');
    block.level = kind;
    block.closed = isHtmlEnd(kind, line);
    this.extend(block);
    return 'leaf';
  }

  private leaf(type: 'heading' | 'fence' | 'rule', level = 0, fence = ''): 'leaf' {
    const block = this.add(type, fence);
    block.level = level;
    this.extend(block);
    return 'leaf';
  }

  private becomeHeading(paragraph: Block, line: string): 'leaf' {
    paragraph.type = 'heading';
    paragraph.level = line.startsWith('=') ? 1 : 2;
    this.extend(paragraph);
    return 'leaf';
  }

  /** The paragraph's last line is the head of a table; lines before it stay a paragraph. */
  private becomeTable(paragraph: Block, head: ParagraphLine): 'leaf' {
    if (paragraph.endLine === paragraph.line) {
      paragraph.table = true;
      this.extend(paragraph);
      return 'leaf';
    }
    paragraph.end = head.before.end;
    paragraph.endLine = head.before.endLine;
    const table = this.begin(
      () =>
        newBlock({
          type: 'paragraph',
          start: head.start - this.base,
          column: head.column,
          line: this.line - 1 - this.baseLine,
        }),
      head.lineStart,
      this.line - 1,
    );
    table.table = true;
    this.extend(table);
    return 'leaf';
  }

  /** A link definition is no text that could be underlined. */
  private isDefinition(paragraph: Block): boolean {
    return /^\[[^\]]+\]:[ \t]*\S+[ \t]*$/.test(
      this.text.slice(this.base + paragraph.start, this.base + paragraph.end),
    );
  }

  private matchedParagraph(): Block | null {
    const block = this.open[this.matched - 1];
    return block?.type === 'paragraph' ? block : null;
  }

  /** Text that opens nothing: more of a block, or a new paragraph. */
  private addText(): void {
    const { cursor } = this;
    const innermost = this.open.at(-1);
    const lazy = this.matched < this.open.length && innermost?.type === 'paragraph' && !innermost.table;
    if (lazy && !cursor.blank) return this.extend(innermost);

    this.close(this.matched);
    const block = this.open.at(-1);
    if (cursor.blank) return;
    if (block !== undefined && (isVerbatim(block) || block.type === 'paragraph')) {
      this.extend(block);
      if (block.type === 'html')
        block.closed = isHtmlEnd(block.level, cursor.text.slice(cursor.pos, cursor.end));
      return;
    }
    const paragraph = this.add('paragraph');
    if (!this.stopped) this.extend(paragraph);
  }

  private extend(block: Block): void {
    const { cursor } = this;
    const before = { end: block.end, endLine: block.endLine };
    block.end = cursor.end - this.base;
    block.endLine = this.line - this.baseLine;
    this.last =
      block.type === 'paragraph'
        ? {
            text: cursor.rest(),
            lineStart: this.lineStart,
            start: cursor.nonspace,
            column: cursor.nonspaceColumn,
            before,
          }
        : null;
  }

  private add(type: Block['type'], fence = ''): Block {
    const { nonspace, nonspaceColumn } = this.cursor;
    return this.begin(() =>
      newBlock(
        { type, start: nonspace - this.base, column: nonspaceColumn, line: this.line - this.baseLine },
        undefined,
        fence,
      ),
    );
  }

  /** Closes what this line does not continue and hangs the new block into what remains. */
  private begin(make: () => Block, lineStart = this.lineStart, line = this.line): Block {
    const at = this.matchedParagraph() === null ? this.matched : this.matched - 1;
    this.close(Math.min(at, this.open.length));
    const parent = this.open.at(-1);
    if (parent === undefined) {
      this.stopped = this.boundary(lineStart, line);
      this.base = lineStart;
      this.baseLine = line;
    }
    const block = make();
    if (this.stopped) return block;
    if (parent === undefined) this.tops.push({ offset: this.base, line: this.baseLine, block });
    else parent.children.push(block);
    this.open.push(block);
    this.matched = this.open.length;
    return block;
  }
}

function isVerbatim(block: Block): boolean {
  return block.type === 'fence' || block.type === 'html' || block.type === 'code';
}

/** Characters a block other than a paragraph can begin with: `# > < = ~ | : * + - _`, a backtick, digits. */
const MAY_START: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '#><=~|:*+-_`0123456789'.includes(String.fromCharCode(code)),
);
