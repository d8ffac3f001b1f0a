/** A piece of a literal: text as the program sees it, or a place that the program fills. */
export type Piece = { readonly text: string } | { readonly hole: Hole };

/** An expression put into a text. */
export interface Hole {
  readonly tokens: readonly Token[];
}

export interface Literal {
  /** A literal that may hold expressions of its own and take a tag: JavaScript's template. */
  readonly template: boolean;
  readonly pieces: readonly Piece[];
}

/** What a source file consists of, without white space and comments. */
export interface Token {
  readonly kind: 'word' | 'mark' | 'literal';
  /** As it is written; empty for a literal. */
  readonly text: string;
  /** UTF-16 offsets into the source. */
  readonly start: number;
  readonly end: number;
  /** The first of its line, lines that a backslash continues being one. */
  readonly startsLine: boolean;
  readonly literal: Literal | null;
}
