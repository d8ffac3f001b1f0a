import type { Block, Top } from './block.ts';
import { codeOf, type Line, linesOf } from './block-text.ts';
import { plainText, readInline } from './inline.ts';
import type { Part } from './item.ts';
import { fieldKey, isOurKey } from './names.ts';

/** A field and where it stands. Offsets and lines count from the top-level block. */
export interface RawField {
  readonly name: string;
  readonly key: string;
  readonly parts: readonly Part[];
  readonly values: readonly string[];
  readonly text: string;
  readonly code: boolean;
  readonly line: number;
  /** The entry that holds it, null where it is a line of a paragraph. */
  readonly entry: Block | null;
  /** Of the value's source, without the space after the colon. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

interface Name {
  readonly name: string;
  readonly key: string;
  /** Up to the value. */
  readonly length: number;
}

const BOLD = /^(?:\*\*|__)([^*_`\r\n:：]{1,60}?)[ \t]*(?:[:：](?:\*\*|__)|(?:\*\*|__)[ \t]*[:：])[ \t]*/;
/** Without bold, only names that pitstop knows are fields; anything else with a colon is prose. */
const PLAIN = /^([A-Za-z][A-Za-z ]{2,30}):(?:[ \t]+|$)/;

export function readName(line: string): Name | null {
  const bold = BOLD.exec(line);
  const match = bold ?? PLAIN.exec(line);
  const name = match?.[1]?.trim();
  if (match === null || name === undefined || name === '') return null;
  const key = fieldKey(name);
  return bold === null && !isOurKey(key) ? null : { name, key, length: match[0].length };
}

/** The field that an entry is; null where it is none. */
export function readEntryField(text: string, top: Top, entry: Block): RawField | null {
  const paragraph = entry.children[0];
  if (paragraph?.type !== 'paragraph' || paragraph.line !== entry.line) return null;
  const start = top.offset + paragraph.start;
  const name = readName(text.slice(start, Math.min(start + 100, top.offset + paragraph.end)));
  if (name === null) return null;
  const first = inlinePart(text.slice(start + name.length, top.offset + paragraph.end));
  const rest = entry.children.slice(1).flatMap((child) => partsOf(text, top, child));
  return {
    name: name.name,
    key: name.key,
    ...valueOf(first === null ? rest : [first, ...rest]),
    line: entry.line,
    entry,
    valueStart: paragraph.start + name.length,
    valueEnd: Math.max(entry.end, paragraph.start + name.length),
  };
}

/** Fields that are lines of a paragraph (`**Query**: …` under a title), and the lines that are none. */
export function readParagraphFields(
  text: string,
  top: Top,
  paragraph: Block,
  from: number,
): { readonly fields: readonly RawField[]; readonly prose: string } {
  const lines = linesOf(text, top, paragraph).filter((line) => line.start >= from);
  const fields: RawField[] = [];
  let prose = '';
  for (let index = 0; index < lines.length;) {
    const line = lines[index];
    const name = line === undefined ? null : readName(text.slice(line.start, line.end));
    let next = index + 1;
    while (next < lines.length && readNameAt(text, lines[next]) === null) next += 1;
    const end = lines[next - 1]?.end ?? from;
    if (line !== undefined && name !== null) {
      const part = inlinePart(text.slice(line.start + name.length, end));
      fields.push({
        name: name.name,
        key: name.key,
        ...valueOf(part === null ? [] : [part]),
        line: paragraph.line + lineOffset(text, top.offset + paragraph.start, line.start),
        entry: null,
        valueStart: line.start + name.length - top.offset,
        valueEnd: end - top.offset,
      });
    } else if (line !== undefined) prose = plainText(readInline(text.slice(line.start, end)));
    index = next;
  }
  return { fields, prose };
}

function readNameAt(text: string, line: Line | undefined): Name | null {
  return line === undefined ? null : readName(text.slice(line.start, line.end));
}

function lineOffset(text: string, from: number, to: number): number {
  return text.slice(from, to).split(/\r\n|\r|\n/).length - 1;
}

/** A value made of its parts. */
export function valueOf(parts: readonly Part[]): Pick<RawField, 'parts' | 'values' | 'text' | 'code'> {
  const values = parts.map((part) => part.text);
  return { parts, values, text: values.join('\n'), code: parts.length === 1 && parts[0]?.code === true };
}

/** The pieces of a value: code blocks, paragraphs, nested entries. */
export function partsOf(text: string, top: Top, block: Block): readonly Part[] {
  if (block.type === 'item') return block.children.flatMap((child) => partsOf(text, top, child));
  if (block.type === 'fence' || block.type === 'code') {
    const code = codeOf(text, top, block);
    return [{ text: code, code: true, codes: [code] }];
  }
  if (block.type !== 'paragraph') return [];
  const part = inlinePart(text.slice(top.offset + block.start, top.offset + block.end));
  return part === null ? [] : [part];
}

function inlinePart(source: string): Part | null {
  const spans = readInline(source);
  if (spans.length === 0) return null;
  const codes = spans.filter((span) => span.type === 'code').map((span) => span.text);
  return {
    text: plainText(spans.map((span) => (span.type === 'link' ? { ...span, text: span.url } : span))),
    code: codes.length === 1 && spans.length === 1,
    codes,
  };
}
