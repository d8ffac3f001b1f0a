import type { Nodes } from 'mdast';
import { parseFully } from './full-parser.ts';

/** A run of inline content. */
export interface Span {
  readonly type: 'text' | 'code' | 'link' | 'struck';
  /** As plain text, or the literal code. */
  readonly text: string;
  /** Of a link. */
  readonly url: string;
}

/**
 * The inline content of one paragraph, given without line prefixes. Common forms are read here; whatever else
 * Markdown has goes to the full parser, which takes a hundred times longer.
 */
export function readInline(source: string): readonly Span[] {
  const line = source.replace(/(?:\\|[ \t]+)?(?:\r\n?|\n)[ \t]*/g, ' ').trim();
  if (!/[\\`*_~[\]<&!]/.test(line)) return line === '' ? [] : [text(line)];
  return readSimple(line) ?? readFully(line);
}

/** Spans as one plain text. */
export function plainText(spans: readonly Span[]): string {
  return spans
    .map((span) => span.text)
    .join('')
    .trim();
}

const STRONG = /\*\*([\p{L}\p{N}#](?:[^*_`\\&<>[\]~!]*[\p{L}\p{N}:.)])?)\*\*(?=[\s:.,;)]|$)/uy;
const WORD = /[\p{L}\p{N}]/u;

/** Null where the text has something that only the full parser can be trusted with. */
function readSimple(line: string): readonly Span[] | null {
  const spans: Span[] = [];
  let plain = '';
  let at = 0;
  if (/\]\(|\]\[|:\/\/|www\./i.test(line)) return null;
  while (at < line.length) {
    const character = line.charAt(at);
    if (character === '`') {
      const code = codeSpan(line, at);
      if (plain !== '' && code.content !== null) spans.push(text(plain));
      if (code.content === null) plain += line.slice(at, code.end);
      else {
        plain = '';
        spans.push({ type: 'code', text: code.content, url: '' });
      }
      at = code.end;
      continue;
    }
    const strong = character === '*' && !isWord(line, at - 1) ? matchAt(STRONG, line, at) : null;
    if (strong !== null) {
      plain += strong[1] ?? '';
      at += strong[0].length;
      continue;
    }
    const literal = literalAt(line, at);
    if (literal === null) return null;
    plain += literal;
    at += literal === character ? 1 : 2;
  }
  if (plain !== '') spans.push(text(plain));
  return spans;
}

/** The plain character at a place where it means only itself, an escaped one without its backslash, or null. */
function literalAt(line: string, at: number): string | null {
  const character = line.charAt(at);
  const next = line.charAt(at + 1);
  switch (character) {
    case '\\':
      return /[!-/:-@[-`{-~]/.test(next) ? (next === '\\' ? null : next) : character;
    case '*':
      return isSpace(line, at - 1) && isSpace(line, at + 1) ? character : null;
    case '_':
      return (isWord(line, at - 1) && isWord(line, at + 1)) ||
        (isSpace(line, at - 1) && isSpace(line, at + 1))
        ? character
        : null;
    case '~':
      return next === '~' ? null : character;
    case '<':
      return /[A-Za-z/!?]/.test(next) ? null : character;
    case '&':
      return /^&(?:#|\w+;)/.test(line.slice(at, at + 34)) ? null : character;
    default:
      return character;
  }
}

function isSpace(line: string, at: number): boolean {
  const character = line.charAt(at);
  return character === '' || character === ' ' || character === '\t';
}

function isWord(line: string, at: number): boolean {
  return WORD.test(line.charAt(at));
}

function matchAt(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(line);
}

/** The code span that a run of backticks opens; content null where nothing closes it. */
function codeSpan(line: string, at: number): { readonly content: string | null; readonly end: number } {
  let opened = at;
  while (line.charAt(opened) === '`') opened += 1;
  const length = opened - at;
  for (let from = opened; ;) {
    const start = line.indexOf('`', from);
    if (start < 0) return { content: null, end: opened };
    let end = start;
    while (line.charAt(end) === '`') end += 1;
    if (end - start === length) return { content: stripCode(line.slice(opened, start)), end };
    from = end;
  }
}

function stripCode(content: string): string {
  const padded = content.startsWith(' ') && content.endsWith(' ') && content.trim() !== '';
  return padded ? content.slice(1, -1) : content;
}

/** The word in front keeps the line a paragraph, whatever it begins with. */
function readFully(line: string): readonly Span[] {
  const paragraph = parseFully(`x ${line}`).children[0];
  const spans = paragraph === undefined ? [] : spansOf(paragraph, false);
  return dropFirstWord(spans);
}

function dropFirstWord(spans: readonly Span[]): readonly Span[] {
  const [first, ...rest] = spans;
  if (first === undefined) return [];
  const remaining = first.text.slice(2);
  return remaining === '' ? rest : [{ ...first, text: remaining }, ...rest];
}

function spansOf(node: Nodes, struck: boolean): readonly Span[] {
  if (node.type === 'text') return [{ type: struck ? 'struck' : 'text', text: node.value, url: '' }];
  if (node.type === 'inlineCode') return [{ type: 'code', text: node.value, url: '' }];
  if (node.type === 'break') return [text(' ')];
  if (node.type === 'html') return [text(node.value)];
  if (node.type === 'image') return [text(node.alt ?? '')];
  if (!('children' in node)) return [];
  const inner = node.children.flatMap((child) => spansOf(child, struck || node.type === 'delete'));
  if (node.type !== 'link') return inner;
  return [{ type: 'link', text: inner.map((span) => span.text).join(''), url: node.url }];
}

function text(value: string): Span {
  return { type: 'text', text: value, url: '' };
}
