import type { Block, Top } from './block.ts';
import { endOfLine, nextLine } from './lines.ts';

/** A block's lines as offsets in the text, first line from the block's start. */
export interface Line {
  readonly start: number;
  readonly end: number;
}

/** The lines of a paragraph or heading, without indentation. */
export function linesOf(text: string, top: Top, block: Block): readonly Line[] {
  const lines: Line[] = [];
  const end = top.offset + block.end;
  for (let at = top.offset + block.start; at <= end;) {
    const lineEnd = Math.min(endOfLine(text, at), end);
    let start = at;
    while (start < lineEnd && (text.charAt(start) === ' ' || text.charAt(start) === '\t')) start += 1;
    lines.push({ start, end: lineEnd });
    at = nextLine(text, lineEnd);
  }
  return lines;
}

/** The content of a fence or an indented code block, without the indentation of what contains it. */
export function codeOf(text: string, top: Top, block: Block): string {
  const source = text.slice(top.offset + block.start, top.offset + block.end).split(/\r\n|\r|\n/);
  if (block.type === 'code')
    return source.map((line, index) => (index === 0 ? line : outdent(line, block.column))).join('\n');
  const inner = source.slice(1, block.closed ? -1 : undefined);
  return inner.map((line) => outdent(line, block.column)).join('\n');
}

/** The first word after a fence, lower-cased. */
export function languageOf(text: string, top: Top, block: Block): string {
  const start = top.offset + block.start;
  const info = text.slice(start + block.fence.length, endOfLine(text, start)).trim();
  return (/^\{?\.?([^\s{}]+)/.exec(info)?.[1] ?? '').toLowerCase();
}

/** Removes up to `columns` columns of indentation. */
function outdent(line: string, columns: number): string {
  let column = 0;
  let at = 0;
  while (at < line.length && column < columns) {
    const character = line.charAt(at);
    if (character === ' ') column += 1;
    else if (character === '\t') column += 4 - (column % 4);
    else break;
    at += 1;
  }
  return ' '.repeat(Math.max(0, column - columns)) + line.slice(at);
}
