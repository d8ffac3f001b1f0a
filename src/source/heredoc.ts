import { PLAIN, readQuoted, type Quote } from './quoted.ts';
import type { Reader } from './reader.ts';
import type { Literal } from './token.ts';

interface Heredoc {
  readonly label: string;
  /** The length of what opens it. */
  readonly length: number;
  /** What follows the opener on its line is code that goes on, as in Ruby. */
  readonly lineGoesOn: boolean;
  readonly body: Omit<Quote, 'open' | 'close'>;
}

/** Reads a heredoc; null where its label never comes back. */
function readHeredoc(reader: Reader, heredoc: Heredoc): Literal | null {
  const lineEnd = reader.indexOf('\n');
  const bodyStart = (heredoc.lineGoesOn ? reader.jump?.to : undefined) ?? lineEnd + 1;
  const closing = firstFrom(reader.linesBeginningWith(heredoc.label), bodyStart);
  if (closing === undefined || closing >= reader.end) return null;
  const body = reader.within(bodyStart, Math.max(bodyStart, closing - 1));
  const literal = readQuoted(body, { ...heredoc.body, open: '', close: null });
  const behind = reader.source.indexOf(heredoc.label, closing) + heredoc.label.length;
  if (heredoc.lineGoesOn) {
    reader.at += heredoc.length;
    reader.jump = { from: lineEnd, to: behind };
  } else reader.at = behind;
  return literal;
}

/** The first of ascending numbers that is not below a bound. */
function firstFrom(ascending: readonly number[], bound: number): number | undefined {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return ascending[low];
}

/** A heredoc whose opener is matched as the opener, its quote and its label; in single quotes nothing is escaped. */
export function readOpenedHeredoc(
  reader: Reader,
  opener: RegExp,
  body: Heredoc['body'],
  lineGoesOn: boolean,
): Literal | null {
  const match = reader.match(opener);
  if (match === null) return null;
  const [text, quote, label = ''] = match;
  const plain = { ...PLAIN, multiline: true };
  return readHeredoc(reader, { label, length: text.length, lineGoesOn, body: quote === "'" ? plain : body });
}
