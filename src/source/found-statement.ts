/** How a statement stands in its file. */
type Form = 'sql-tag' | 'template' | 'string' | 'file';

/** A statement of a source file. */
export interface FoundStatement {
  /** As libpg-query parses it once `:name` placeholders are bound; every other placeholder is a `$n` already. */
  readonly sql: string;
  /** The line that its literal begins on, or in a `.sql` file its first word; from 1. */
  readonly line: number;
  /** The line that it ends on, inclusive. */
  readonly lastLine: number;
  readonly how: Form;
  /** How many parameters it takes. */
  readonly placeholders: number;
  /**
   * The file puts more than values into it (columns, conditions, pieces added later), so `sql` is not what runs:
   * stand-ins are where the file's own text is unknown.
   */
  readonly dynamic: boolean;
  /** The functions, constants and properties that it stands in, outermost first. */
  readonly names: readonly string[];
}
