import type { Subject } from './subject.ts';

const OPERATOR_CLASSES: Readonly<Record<string, string>> = {
  text: 'text_pattern_ops',
  varchar: 'varchar_pattern_ops',
  bpchar: 'bpchar_pattern_ops',
};

/**
 * The operator class that compares bytes, in which what begins alike stands together; null where the default one does
 * so already, and where there is none: for a nondeterministic collation bytes decide nothing.
 */
export function patternOperators({ type, collation, sortable }: Subject): string | null {
  if (!sortable || collation?.bytewise === true || collation?.deterministic === false) return null;
  return OPERATOR_CLASSES[type] ?? null;
}
