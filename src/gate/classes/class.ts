import type { Node } from '@pgsql/types';

/** What a statement does, strictest last; `refuse` is what nobody can approve. */
export type StatementClass =
  | 'read'
  | 'session'
  | 'maintenance'
  | 'additive'
  | 'data'
  | 'rewrite'
  | 'privilege'
  | 'destructive'
  | 'opaque'
  | 'refuse';

export interface Classified {
  readonly class: StatementClass;
  /** Whether all of it is understood: only then can the class be enough to let it pass. */
  readonly known: boolean;
  /** One sentence each, for people. */
  readonly reasons: readonly string[];
}

/** Recognises some statements; null leaves the statement to the next rule. */
export type ClassRule = (tree: Node) => Classified | null;

export function known(className: StatementClass, reason: string): Classified {
  return { class: className, known: true, reasons: [reason] };
}

export function unknown(className: StatementClass, ...reasons: readonly string[]): Classified {
  return { class: className, known: false, reasons };
}
