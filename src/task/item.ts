/** The markers that pitstop reads and writes; every other one is somebody else's. */
export type Marker = ' ' | '~' | 'x' | '!';

/** One piece of a field's value: its first line, a fence, or a nested entry. */
export interface Part {
  /** As plain text; inline code and fences give their literal content, links their target. */
  readonly text: string;
  /** Whether the part is exactly one code span or one code block. */
  readonly code: boolean;
  /** The literal content of every code span or block in the part. */
  readonly codes: readonly string[];
}

/** A `**Name**: value` entry of an item. */
export interface Field {
  /** As written. */
  readonly name: string;
  /** Canonical (`query`, `dependsOn`, …); the lower-cased name where pitstop has no meaning for it. */
  readonly key: string;
  readonly parts: readonly Part[];
  /** The text of each part. */
  readonly values: readonly string[];
  /** The whole value as plain text. */
  readonly text: string;
  /** Whether the value is exactly one code span or code block. */
  readonly code: boolean;
  /** 1-based. */
  readonly line: number;
}

/** One checklist entry. */
export interface Item {
  /** Unique in its file; made of headings, id, title and, among equals, an ordinal. Survives edits elsewhere. */
  readonly key: string;
  /** As written, or `#L42` (its line) where there is none. */
  readonly id: string;
  /** Whether the id is written in the file. */
  readonly ownId: boolean;
  /** The first line's plain text, without marker and id. */
  readonly title: string;
  /** 1-based. */
  readonly line: number;
  /** What stands between the brackets; `X` is given as `x`. */
  readonly marker: string;
  /** Whether the marker is one of `Marker`. */
  readonly known: boolean;
  /** Whether the whole title is struck out. */
  readonly struck: boolean;
  /** The headings above it, outermost first. */
  readonly headings: readonly string[];
  readonly parentKey: string | null;
  readonly childKeys: readonly string[];
  readonly fields: readonly Field[];
  /** Paragraphs and plain bullets of the item that are no fields, as plain text. */
  readonly prose: string;
  /** Fenced `sql` blocks in the item, not those of its fields or child items. */
  readonly sql: readonly string[];
  /** The item's own source with its fields, without its child items. */
  readonly source: string;
}

type WarningCode =
  | 'conflict-marker'
  | 'duplicate-id'
  | 'field-not-nested'
  | 'parent-done-child-open'
  | 'task-swallowed'
  | 'unknown-marker';

/** Something in a task file that looks wrong, but stops nothing. */
export interface TaskWarning {
  readonly code: WarningCode;
  readonly message: string;
  /** 1-based. */
  readonly line: number;
}

export interface TaskFile {
  /** In the order of the document, flat. */
  readonly items: readonly Item[];
  readonly warnings: readonly TaskWarning[];
}

export function isMarker(marker: string): marker is Marker {
  return marker === ' ' || marker === '~' || marker === 'x' || marker === '!';
}
