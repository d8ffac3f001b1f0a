import type { IndexDefinition, RemovedIndex } from '../change.ts';

/**
 * What a step sets out to do, written down before it is sent, so that whoever finds it unfinished can tell from the
 * catalog what became of it.
 */
export type Intent =
  | BuildIntent
  | ({ readonly type: 'removes' } & RemovedIndex)
  /** Cut short, it leaves nothing that anybody has to look after. */
  | { readonly type: 'nothing' }
  /** The catalog cannot tell; a person has to look. */
  | { readonly type: 'unknown'; readonly statement: string };

/** Announced while no relation had that name. */
export interface BuildIntent extends Omit<IndexDefinition, 'keys'> {
  readonly type: 'builds';
  /** Null where it was announced as somebody's text: then its name and its table have to do. */
  readonly keys: IndexDefinition['keys'] | null;
}

/** An index that an attempt built, as the catalog knows it: what may be removed again without asking. */
export interface BuiltIndex {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** As `pg_get_indexdef` prints it. */
  readonly definition: string;
}
