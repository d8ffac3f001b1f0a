/**
 * A position in one line that knows its column. Tabs reach to the next multiple of four, and a container may use up
 * only a part of one: `column` then stands inside the tab while `pos` still points to it.
 */
export class LineCursor {
  readonly text: string;
  pos = 0;
  column = 0;
  /** End of the line, without its line ending. */
  end = 0;
  /** The next character that is no space or tab, its column, and how far it is from here. */
  nonspace = 0;
  nonspaceColumn = 0;
  indent = 0;
  blank = false;

  constructor(text: string) {
    this.text = text;
  }

  startLine(start: number, end: number): void {
    this.pos = start;
    this.column = 0;
    this.end = end;
    this.look();
  }

  look(): void {
    let at = this.pos;
    let column = this.column;
    for (; at < this.end; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 0x20) column += 1;
      else if (code === 0x09) column += 4 - (column % 4);
      else break;
    }
    this.nonspace = at;
    this.nonspaceColumn = column;
    this.indent = column - this.column;
    this.blank = at >= this.end;
  }

  skipIndent(): void {
    this.pos = this.nonspace;
    this.column = this.nonspaceColumn;
    this.indent = 0;
  }

  /** Moves over `count` columns. */
  advance(count: number): void {
    let left = count;
    while (left > 0 && this.pos < this.end) {
      const width = this.text.charCodeAt(this.pos) === 0x09 ? 4 - (this.column % 4) : 1;
      if (width > left) {
        this.column += left;
        return;
      }
      this.column += width;
      this.pos += 1;
      left -= width;
    }
  }

  /** The character code here, NaN at the end of the line. */
  peek(): number {
    return this.pos < this.end ? this.text.charCodeAt(this.pos) : Number.NaN;
  }

  atSpace(): boolean {
    const code = this.peek();
    return code === 0x20 || code === 0x09;
  }

  /** What follows the indentation. */
  rest(): string {
    return this.text.slice(this.nonspace, this.end);
  }
}
