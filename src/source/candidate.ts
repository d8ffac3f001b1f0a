import type { Piece } from './token.ts';

/** A text of a source file that may be a statement, put together from all the literals that it consists of. */
export interface Candidate {
  /** Offsets into the source. */
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
  readonly how: 'sql-tag' | 'template' | 'string';
  /** The program adds to the text, formats it or replaces parts of it elsewhere. */
  readonly incomplete: boolean;
  /** Where the literal of the file's own level begins that this one stands in: its own start for most. */
  readonly anchor: number;
}
