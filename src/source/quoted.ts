import { decodeEscape, type Escapes } from './escapes.ts';
import type { Reader } from './reader.ts';
import type { Hole, Literal, Piece } from './token.ts';

/** How a language writes one kind of text. */
export interface Quote {
  readonly open: string;
  /** Null for a text that ends with the reader. */
  readonly close: string | null;
  readonly multiline: boolean;
  /** What a backslash does; null where it is a character like any other. */
  readonly escapes: Escapes | null;
  /** The closing quote written twice stands for itself. */
  readonly doubled: boolean;
  /** Reads an interpolation at the reader, or a text that stands for a brace; null where neither begins. */
  readonly hole: ((reader: Reader) => Hole | string | null) | null;
  readonly template: boolean;
}

export const PLAIN: Omit<Quote, 'open' | 'close'> = {
  multiline: false,
  escapes: null,
  doubled: false,
  hole: null,
  template: false,
};

/**
 * Reads a quoted text. One of a single line that has no end leaves the reader where it is; one of several lines, or
 * an interpolation without an end, takes the rest of the file with it: nothing there can be trusted.
 */
export function readQuoted(reader: Reader, quote: Quote): Literal | null {
  const { close } = quote;
  const start = reader.at;
  if (!quote.multiline && close !== null && reader.isUnpaired(close)) return null;
  reader.at += quote.open.length;
  const pieces: Piece[] = [];
  let text = '';
  while (reader.at < reader.end) {
    if (close !== null && reader.startsWith(close)) {
      reader.at += close.length;
      if (!quote.doubled || !reader.startsWith(close)) return literalOf(quote, pieces, text);
      reader.at += close.length;
      text += close;
      continue;
    }
    const character = reader.source.charAt(reader.at);
    if (character === '\n' && !quote.multiline) break;
    const hole = quote.hole?.(reader) ?? null;
    if (typeof hole === 'string') text += hole;
    else if (hole !== null) {
      pieces.push({ text }, { hole });
      text = '';
      if (close !== null && reader.at >= reader.end) return { template: quote.template, pieces: [] };
    } else if (character === '\\' && quote.escapes !== null) {
      const { decoded, length } = decodeEscape(reader.source, reader.at, quote.escapes);
      text += decoded;
      reader.at = Math.min(reader.at + length, reader.end);
    } else {
      text += character;
      reader.at += 1;
    }
  }
  if (close === null) return literalOf(quote, pieces, text);
  if (quote.multiline) return { template: quote.template, pieces: [] };
  reader.noteUnpaired(close, reader.at);
  reader.at = start;
  return null;
}

function literalOf(quote: Quote, pieces: readonly Piece[], text: string): Literal {
  const all = text === '' && pieces.length > 0 ? pieces : [...pieces, { text }];
  return { template: quote.template, pieces: all };
}
