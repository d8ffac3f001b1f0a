import type { LineCursor } from './line-cursor.ts';

/** The conditions of CommonMark 0.31 (sections 4 and 5) under which a line opens a block. `line` is without indentation. */

const FENCE = /^(?:(`{3,})(?!.*`)|(~{3,}))/;
const RULE = /^(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/;
const SETEXT = /^(?:=+|-+)[ \t]*$/;
const ATX = /^(#{1,6})(?:[ \t]|$)/;
const BULLET = /^(?:[-+*]|(\d{1,9})[.)])/;

const BLOCK_NAMES =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|' +
  'fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|' +
  'menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul';
const ATTRIBUTE = `\\s+[a-zA-Z_:][a-zA-Z0-9:._-]*(?:\\s*=\\s*(?:[^"'=<>\`\\x00-\\x20]+|'[^']*'|"[^"]*"))?`;

/** Index + 1 is the number of the condition. */
const HTML_STARTS: readonly RegExp[] = [
  /^<(?:script|pre|textarea|style)(?:\s|>|$)/i,
  /^<!--/,
  /^<[?]/,
  /^<![A-Za-z]/,
  /^<!\[CDATA\[/,
  new RegExp(`^</?(?:${BLOCK_NAMES})(?:\\s|/?>|$)`, 'i'),
  new RegExp(`^(?:<[A-Za-z][A-Za-z0-9-]*(?:${ATTRIBUTE})*\\s*/?>|</[A-Za-z][A-Za-z0-9-]*\\s*>)\\s*$`),
];
const HTML_ENDS: readonly RegExp[] = [/<\/(?:script|pre|textarea|style)>/i, /-->/, /\?>/, />/, /\]\]>/];

export function fenceStart(line: string): string | null {
  const match = FENCE.exec(line);
  return match?.[1] ?? match?.[2] ?? null;
}

export function isFenceEnd(line: string, fence: string): boolean {
  const trimmed = line.trimEnd();
  if (trimmed.length < fence.length) return false;
  for (const character of trimmed) if (character !== fence[0]) return false;
  return true;
}

export function isRule(line: string): boolean {
  return RULE.test(line);
}

export function isSetextUnderline(line: string): boolean {
  return SETEXT.test(line);
}

/** 1–6, or 0 where the line is no heading. */
export function atxLevel(line: string): number {
  return ATX.exec(line)?.[1]?.length ?? 0;
}

/** Which of the seven conditions the line meets, or 0. */
export function htmlStart(line: string): number {
  return HTML_STARTS.findIndex((start) => start.test(line)) + 1;
}

/** Kinds 6 and 7 end at a blank line instead. */
export function isHtmlEnd(kind: number, line: string): boolean {
  return HTML_ENDS[kind - 1]?.test(line) ?? false;
}

export interface EntryStart {
  readonly bullet: string;
  readonly padding: number;
}

/**
 * Recognises `- `, `1. ` and so on, and moves the cursor to the entry's content. Inside a paragraph only an entry with
 * content, and numbered only from 1, may begin.
 */
export function entryStart(cursor: LineCursor, inParagraph: boolean): EntryStart | null {
  const line = cursor.text.slice(cursor.nonspace, Math.min(cursor.end, cursor.nonspace + 12));
  const match = BULLET.exec(line);
  if (match === null) return null;
  const bullet = match[0];
  const after = cursor.nonspace + bullet.length;
  const next = after < cursor.end ? cursor.text.charCodeAt(after) : Number.NaN;
  if (next !== 0x20 && next !== 0x09 && !Number.isNaN(next)) return null;
  if (inParagraph) {
    if (match[1] !== undefined && Number(match[1]) !== 1) return null;
    if (cursor.text.slice(after, cursor.end).trim() === '') return null;
  }

  cursor.skipIndent();
  cursor.advance(bullet.length);
  const { pos, column } = cursor;
  do cursor.advance(1);
  while (cursor.column - column < 5 && cursor.atSpace());
  const gap = cursor.column - column;
  if (gap < 5 && gap > 0 && cursor.pos < cursor.end) return { bullet, padding: bullet.length + gap };

  cursor.pos = pos;
  cursor.column = column;
  if (cursor.atSpace()) cursor.advance(1);
  return { bullet, padding: bullet.length + 1 };
}

/** Whether a line begins an entry that may interrupt a paragraph; entries come before tables. */
export function isEntry(line: string): boolean {
  return /^(?:[-+*]|1[.)])[ \t]+\S/.test(line);
}

const DELIMITER_ROW = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** Whether `header` and the line after it begin a table. */
export function isTableStart(header: string, delimiters: string): boolean {
  if (!delimiters.includes('-') || !DELIMITER_ROW.test(delimiters)) return false;
  if (!header.includes('|') && !delimiters.includes('|')) return false;
  return cellCount(header) === cellCount(delimiters);
}

function cellCount(row: string): number {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).length;
}
