import { newBlock, type Top } from './block.ts';
import { endOfLine, nextLine } from './lines.ts';

/** The block at the beginning of a file that is metadata, and where the Markdown after it begins. */
export interface Matter {
  readonly text: string;
  readonly next: number;
  readonly lines: number;
  readonly top: Top;
}

/** YAML (`---`) or TOML (`+++`) between the first line and the next line like it. */
export function frontMatter(text: string): Matter | null {
  const mark = text.slice(0, 3);
  if (mark !== '---' && mark !== '+++') return null;
  if (text.slice(3, endOfLine(text, 0)).trim() !== '') return null;
  let at = nextLine(text, endOfLine(text, 0));
  for (let line = 1; at < text.length; line++) {
    const end = endOfLine(text, at);
    const content = text.slice(at, end);
    if (content.startsWith(mark) && content.slice(3).trim() === '') {
      const block = newBlock({ type: 'matter', start: 0, column: 0, line: 0 });
      block.end = end;
      block.endLine = line;
      return {
        text: text.slice(0, end),
        next: nextLine(text, end),
        lines: line + 1,
        top: { offset: 0, line: 0, block },
      };
    }
    at = nextLine(text, end);
  }
  return null;
}
