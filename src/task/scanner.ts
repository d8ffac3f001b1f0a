import type { Block, EntryShape } from './block.ts';
import {
  atxLevel,
  entryStart,
  fenceStart,
  htmlStart,
  isEntry,
  isFenceEnd,
  isHtmlEnd,
  isRule,
  isSetextUnderline,
  isTableStart,
} from './block-starts.ts';
import { BlockTree, type Boundary, type Place } from './block-tree.ts';
import { LineCursor } from './line-cursor.ts';

interface ParagraphLine {
  readonly text: string;
  /** Offset of the beginning of the line, and of its text. */
  readonly lineStart: number;
  readonly start: number;
  readonly column: number;
  readonly before: { readonly end: number; readonly endLine: number };
}

/** Reads line after line and says what each opens, continues and closes. */
export class Scanner {
  readonly tree: BlockTree;
  private readonly text: string;
  private readonly cursor: LineCursor;
  /** How many of the open blocks the current line continues. */
  private matched = 0;
  private lineStart = 0;
  private line = 0;
  /** The last line of the open paragraph, and where the paragraph ended before it. */
  private last: ParagraphLine | null = null;

  constructor(text: string, boundary: Boundary) {
    this.text = text;
    this.tree = new BlockTree(boundary);
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
    if (this.tree.stopped) return false;
    if (!leaf) this.addText();
    return !this.tree.stopped;
  }

  /** How many open blocks this line continues; -1 where it was a closing fence, and is done with. */
  private continueOpen(): number {
    const { cursor } = this;
    let count = 0;
    for (const block of this.tree.open) {
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
    this.tree.close(this.tree.open.indexOf(fence));
    return true;
  }

  private skipQuoteMark(): void {
    this.cursor.skipIndent();
    this.cursor.advance(1);
    if (this.cursor.atSpace()) this.cursor.advance(1);
  }

  /** Opens what begins on this line; true where a leaf took the whole line. */
  private openBlocks(): boolean {
    const innermost = this.tree.open[this.matched - 1];
    if (innermost !== undefined && isVerbatim(innermost)) return false;
    for (;;) {
      this.cursor.look();
      if (this.cursor.blank) return false;
      if (this.cursor.indent >= 4) return this.openIndentedCode();
      const opened = this.openOne();
      if (this.tree.stopped || opened === 'leaf') return true;
      if (opened === 'none') return false;
    }
  }

  private openIndentedCode(): boolean {
    if (this.tree.open.at(-1)?.type === 'paragraph') return false;
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
    if (html > 0 && (html < 7 || this.tree.open.at(-1)?.type !== 'paragraph'))
      return this.openHtml(html, line);
    if (paragraph !== null && !paragraph.table) {
      if (
        this.last !== null &&
        isTableStart(this.last.text, line) &&
        !isSetextUnderline(line) &&
        !isEntry(line)
      )
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
    const block = this.open(
      { type: 'item', start: nonspace, column: nonspaceColumn, line: this.line, lineStart: this.lineStart },
      {
        bullet: start.bullet,
        contentColumn: nonspaceColumn + start.padding,
        padding: indent + start.padding,
      },
    );
    this.tree.extend(block, nonspace + start.bullet.length, this.line);
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
    const { lineStart, start, column } = head;
    const table = this.open({ type: 'paragraph', start, column, line: this.line - 1, lineStart });
    table.table = true;
    this.extend(table);
    return 'leaf';
  }

  /** A link definition is no text that could be underlined. */
  private isDefinition(paragraph: Block): boolean {
    return /^\[[^\]]+\]:[ \t]*\S+[ \t]*$/.test(this.tree.sourceOf(paragraph, this.text));
  }

  private matchedParagraph(): Block | null {
    const block = this.tree.open[this.matched - 1];
    return block?.type === 'paragraph' ? block : null;
  }

  /** Text that opens nothing: more of a block, or a new paragraph. */
  private addText(): void {
    const { cursor } = this;
    const innermost = this.tree.open.at(-1);
    const lazy = this.matched < this.tree.open.length && innermost?.type === 'paragraph' && !innermost.table;
    if (lazy && !cursor.blank) return this.extend(innermost);

    this.tree.close(this.matched);
    const block = this.tree.open.at(-1);
    if (cursor.blank) return;
    if (block !== undefined && (isVerbatim(block) || block.type === 'paragraph')) {
      this.extend(block);
      if (block.type === 'html')
        block.closed = isHtmlEnd(block.level, cursor.text.slice(cursor.pos, cursor.end));
      return;
    }
    const paragraph = this.add('paragraph');
    if (!this.tree.stopped) this.extend(paragraph);
  }

  private extend(block: Block): void {
    const { cursor } = this;
    const before = { end: block.end, endLine: block.endLine };
    this.tree.extend(block, cursor.end, this.line);
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

  private add(type: Block['type'], fence?: string): Block {
    const { nonspace, nonspaceColumn } = this.cursor;
    const { line, lineStart } = this;
    return this.open({ type, start: nonspace, column: nonspaceColumn, line, lineStart }, undefined, fence);
  }

  /** Closes what this line does not continue, and opens a block in what remains. */
  private open(place: Place, entry?: EntryShape, fence?: string): Block {
    const keep = this.matchedParagraph() === null ? this.matched : this.matched - 1;
    this.tree.close(Math.min(keep, this.tree.open.length));
    const block = this.tree.add(place, entry, fence);
    this.matched = this.tree.open.length;
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
