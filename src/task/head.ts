import type { Block, Top } from './block.ts';
import { linesOf } from './block-text.ts';
import { plainText, readInline, type Span } from './inline.ts';

/** What the first lines of an entry say. Offsets are in the text. */
export interface Head {
  readonly markerStart: number;
  readonly markerEnd: number;
  readonly marker: string;
  readonly id: string | null;
  readonly title: string;
  readonly struck: boolean;
  /** Where the paragraph goes on after the title's line; null where it does not. */
  readonly rest: number | null;
}

const CHECKBOX = /^\[([^\]\r\n]{0,16})\]\*?(?=[ \t\r\n]|$)/;

/**
 * The head of an entry that is an item, null for other entries. `links` holds the labels that are defined as links in
 * the file: `[Review] …` is a link then, while the four markers of ours stay markers.
 */
export function readHead(text: string, top: Top, entry: Block, links: ReadonlySet<string>): Head | null {
  const first = entry.children[0];
  const start = top.offset + (first?.start ?? entry.end);
  if (first !== undefined && first.type !== 'paragraph' && first.type !== 'heading') return null;
  if (first === undefined || first.line !== entry.line || first.table) return null;
  const box = CHECKBOX.exec(text.slice(start, Math.min(start + 24, top.offset + first.end)));
  const inner = box?.[1];
  if (box === null || inner === undefined) return null;
  const marker = inner === 'X' ? 'x' : inner === '\t' ? ' ' : inner;
  if (!' ~x!'.includes(marker || '-') && links.has(marker.toLowerCase())) return null;

  const lines = linesOf(text, top, first);
  const titleLine = lines.findIndex(
    (line, index) =>
      titleStart(line.start, index, box[0].length) < line.end && hasText(text, line, index, box[0].length),
  );
  const line = lines[titleLine];
  const spans =
    line === undefined
      ? []
      : readInline(text.slice(titleStart(line.start, titleLine, box[0].length), line.end));
  return {
    markerStart: start + 1,
    markerEnd: start + 1 + inner.length,
    marker,
    ...readTitle(spans),
    rest: lines[titleLine + 1]?.start ?? null,
  };
}

function titleStart(lineStart: number, index: number, boxLength: number): number {
  return index === 0 ? lineStart + boxLength : lineStart;
}

function hasText(
  text: string,
  line: { start: number; end: number },
  index: number,
  boxLength: number,
): boolean {
  return text.slice(titleStart(line.start, index, boxLength), line.end).trim() !== '';
}

const ID =
  /^(?:task\s+)?(#?\d{1,4}(?:\.\d{1,4})*[a-z]?|T\d{1,5}|[A-Z]{1,4}\d{3,6}|[A-Za-z][A-Za-z]{0,9}-\d{1,6}(?:\.\d{1,4})*)[.):]?(?=\s|$)\s*(?:[-–—:]\s+)?/iu;
/** Beginnings of titles that only look like an id: `500 ms`, `16 GB`, `UTF-8`. */
const QUANTITY =
  /^\d+(?:\.\d+)?\s+(?:ms|µs|s|secs?|seconds|min|minutes|hours|days|[kmgt]i?b|bytes|million|billion|%)(?![\w-])/i;
const TERM = /^(?:utf|sha|iso|rfc|md|ipv|x)-\d/i;

function readTitle(spans: readonly Span[]): Pick<Head, 'id' | 'title' | 'struck'> {
  const title = plainText(spans);
  const struck = spans.length > 0 && spans.every((span) => span.type === 'struck' || span.text.trim() === '');
  const match = QUANTITY.test(title) || TERM.test(title) ? null : ID.exec(title);
  const id = match?.[1];
  if (match === null || id === undefined) return { id: null, title, struck };
  return { id, title: title.slice(match[0].length).trim(), struck };
}
