import type { Literal, Token } from './token.ts';
import type { Reader } from './reader.ts';

/** What the lexer has to know of a language. */
export interface Language {
  /** What begins a comment that ends with the line. */
  readonly lineComments: readonly string[];
  readonly blockComment: { readonly open: string; readonly close: string; readonly nests: boolean } | null;
  /** What joins two strings. */
  readonly joins: readonly string[];
  /** Strings beside each other are one. */
  readonly adjacent: boolean;
  /** `%s` and `%(name)s` are placeholders of the database driver. */
  readonly percent: boolean;
  /** A variable is declared before it is used, by a word before its name. */
  readonly declares: boolean;
  /** An interpolation in a plain text may be taken for a value where it clearly stands as one. */
  readonly valueHoles: boolean;
  /** Reads the literal that begins at the reader; null, with the reader unmoved, where none does. */
  readonly literal: (reader: Reader, tokens: readonly Token[]) => Literal | null;
  /** Passes whatever else must not be read as code (a regular expression); false where there is nothing. */
  readonly skip: (reader: Reader, tokens: readonly Token[]) => boolean;
}
