import type { IndexDefinition } from '../change.ts';
import type { Subject } from './subject.ts';
import type { TableUse } from './shape.ts';

/** An index that might serve a use, before it has a name. */
export interface IndexDraft {
  readonly use: TableUse;
  readonly shape: Omit<IndexDefinition, 'schema' | 'table' | 'name'>;
  /** What its name is made of: the keys, then the columns beside them. */
  readonly labels: readonly string[];
  /** Indexes that it is of use with only. */
  readonly beside: readonly Pick<IndexDraft, 'shape' | 'labels'>[];
  readonly reason: string;
  /** Only orders drafts. */
  readonly gainMs: number;
  /** The extension that its operator class comes with. */
  readonly extension: string | null;
}

/** An index over one subject by another method than B-tree. */
export function methodDraft(
  use: TableUse,
  subject: Subject,
  shape: {
    readonly method: NonNullable<IndexDefinition['method']>;
    readonly operatorClass?: string;
    readonly storage?: Readonly<Record<string, string>>;
  },
  about: Pick<IndexDraft, 'reason' | 'gainMs'> & { readonly extension?: string },
): IndexDraft {
  const { method, operatorClass, storage } = shape;
  const order = { descending: false, nullsFirst: false };
  const operators = operatorClass === undefined ? {} : { operatorClass };
  const { expression } = subject;
  const key =
    expression === null
      ? { column: subject.name, ...order, ...operators }
      : { column: null, expression, ...order, ...operators };
  return {
    use,
    shape: { method, keys: [key], ...(storage === undefined ? {} : { storage }) },
    labels: [subject.label],
    beside: [],
    reason: about.reason,
    gainMs: about.gainMs,
    extension: about.extension ?? null,
  };
}
