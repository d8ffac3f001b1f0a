import type { Node } from '@pgsql/types';
import type { FunctionName } from '../../sql/probe.ts';
import type { FieldsOf, NodeTag } from '../../sql/walk.ts';

/** What a statement does, strictest last; `refuse` is what nobody can approve. */
const CLASSES = [
  'read',
  'session',
  'maintenance',
  'additive',
  'data',
  'locking',
  'rewrite',
  'privilege',
  'destructive',
  'opaque',
  'refuse',
] as const;

export type StatementClass = (typeof CLASSES)[number];

export interface Classified {
  readonly class: StatementClass;
  /** One sentence each, for people. */
  readonly reasons: readonly string[];
}

/** Where a statement was found. */
export interface Place {
  /** The text of the statement. */
  readonly sql: string;
  /** How many bodies of code it is inside of. */
  readonly depth: number;
  /** Whether a function that is not the server's own only reads. From the tree alone none is known to. */
  readonly isHarmless: (called: FunctionName) => boolean;
  /** Classifies a statement inside this one. */
  readonly classify: (tree: Node, place: Place) => Classified;
}

type Rule<T extends NodeTag> = (fields: FieldsOf<T>, place: Place) => Classified;

/** Which rule classifies which statement. */
export type Rules = { readonly [T in NodeTag]?: Rule<T> };

export function as(className: StatementClass, ...reasons: readonly string[]): Classified {
  return { class: className, reasons };
}

/** The strictest of several parts of one statement, with the reasons of every part that stops it. */
export function together(first: Classified, ...others: readonly Classified[]): Classified {
  if (others.length === 0) return first;
  const parts = [first, ...others];
  const rank = parts.reduce((highest, part) => Math.max(highest, rankOf(part)), 0);
  const deciding = parts.filter((part) => rankOf(part) >= Math.min(rank, FIRST_GATED));
  return {
    class: CLASSES[rank] ?? 'opaque',
    reasons: [...new Set(deciding.flatMap(({ reasons }) => reasons))],
  };
}

/** Whether a part is stricter than what may run by itself anywhere. */
export function isGated(part: Classified): boolean {
  return rankOf(part) >= FIRST_GATED;
}

function rankOf(part: Classified): number {
  return CLASSES.indexOf(part.class);
}

const FIRST_GATED = CLASSES.indexOf('locking');
