import { segmentsOf, type Segment } from './sql-text.ts';

/** One statement of a text that may hold several. */
export interface Part {
  /** Without what surrounds it: comments, white space, the semicolon. Comments within it stay. */
  readonly sql: string;
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** The comments before it. */
  readonly comments: string;
}

/** Takes a text apart at its semicolons. psql's own commands (`\timing`) are passed over. */
export function splitStatements(text: string): readonly Part[] {
  const parts: Part[] = [];
  let segments: Segment[] = [];
  const finish = (): void => {
    const part = trim(text, segments);
    if (part !== null) parts.push(part);
    segments = [];
  };
  for (const segment of segmentsOf(text)) {
    if (segment.kind !== 'code') {
      segments.push(segment);
      continue;
    }
    let start = segment.start;
    for (const match of text.slice(segment.start, segment.end).matchAll(/;|^[^\S\n]*\\.*/gm)) {
      const at = segment.start + match.index;
      segments.push({ kind: 'code', start, end: at });
      finish();
      start = at + match[0].length;
    }
    segments.push({ kind: 'code', start, end: segment.end });
  }
  finish();
  return parts;
}

function trim(text: string, segments: readonly Segment[]): Part | null {
  const filled = segments.filter(
    ({ kind, start, end }) => kind !== 'comment' && text.slice(start, end).trim() !== '',
  );
  const first = filled.at(0);
  const last = filled.at(-1);
  if (first === undefined || last === undefined) return null;
  const start = first.end - text.slice(first.start, first.end).trimStart().length;
  const end = last.start + text.slice(last.start, last.end).trimEnd().length;
  const comments = segments
    .filter((segment) => segment.kind === 'comment' && segment.end <= start)
    .map((segment) => text.slice(segment.start, segment.end));
  return { sql: text.slice(start, end), start, end, comments: comments.join('\n') };
}
