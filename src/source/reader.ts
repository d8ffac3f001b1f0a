import type { Language } from './language.ts';

/** A position in a source text, and what has been learnt on the way there. */
export class Reader {
  readonly source: string;
  readonly language: Language;
  readonly end: number;
  /** How many texts the reader is inside of. */
  readonly depth: number;
  at: number;
  /** Where a heredoc's body begins and ends: the line feed before it, and the offset after it. */
  jump: { readonly from: number; readonly to: number } | null = null;
  /** Per quote the offset before which it is known to have no partner. */
  readonly #unpaired: Map<string, number>;
  readonly #lines: { index: ReadonlyMap<string, readonly number[]> | null };

  constructor(source: string, language: Language, part?: { at: number; end: number; of: Reader }) {
    this.source = source;
    this.language = language;
    this.at = part?.at ?? 0;
    this.end = part?.end ?? source.length;
    this.depth = part === undefined ? 0 : part.of.depth + 1;
    this.#unpaired = part === undefined ? new Map() : part.of.#unpaired;
    this.#lines = part === undefined ? { index: null } : part.of.#lines;
  }

  /** A reader of a part of the source. */
  within(at: number, end: number): Reader {
    return new Reader(this.source, this.language, { at, end, of: this });
  }

  startsWith(text: string): boolean {
    return this.source.startsWith(text, this.at) && this.at + text.length <= this.end;
  }

  /** The match of a sticky pattern at the reader, which does not move. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source);
    return match !== null && pattern.lastIndex <= this.end ? match : null;
  }

  /** The offset of the next occurrence; the end where there is none. */
  indexOf(text: string): number {
    const found = this.source.indexOf(text, this.at);
    return found === -1 || found > this.end ? this.end : found;
  }

  isUnpaired(quote: string): boolean {
    return this.at < (this.#unpaired.get(quote) ?? 0);
  }

  /** Remembers a quote without a partner, so that a line full of them is not searched once for each, at whatever depth. */
  noteUnpaired(quote: string, until: number): void {
    this.#unpaired.set(quote, until);
  }

  /** The offsets of the lines that begin with a word, ascending. The index is made once for a whole source. */
  linesBeginningWith(word: string): readonly number[] {
    this.#lines.index ??= indexLines(this.source);
    return this.#lines.index.get(word) ?? [];
  }
}

function indexLines(source: string): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  for (const match of source.matchAll(/^[^\S\n]*([A-Za-z_]\w*)/gm)) {
    const word = match[1] ?? '';
    const offsets = index.get(word);
    if (offsets === undefined) index.set(word, [match.index]);
    else offsets.push(match.index);
  }
  return index;
}
