import type { Node } from '@pgsql/types';
import { isDeepStrictEqual } from 'node:util';
import { statementsOrNone } from '../sql/parse.ts';
import { canonical } from './canonical.ts';
import { editsBetween } from './edit.ts';
import { NotPrintable, print } from './print.ts';
import { readText, type Edit, type Text } from './extent.ts';

/**
 * The text of a rewritten statement: the original's with only those parts replaced that differ, and comments, line
 * breaks and names elsewhere as they were. Where that cannot be, the whole statement anew. Null where no text parses
 * to the wanted tree. Needs `loadParser()` before.
 * @param original the statement that `changed` was made from
 */
export function renderStatement(original: { readonly sql: string }, changed: Node): string | null {
  const wanted = canonical(changed);
  const says = (sql: string | null) => sql !== null && isDeepStrictEqual(canonical(treeOf(sql)), wanted);
  const texts = [
    () => original.sql,
    () => spliced(original.sql, changed),
    () => print(changed, { pretty: true }),
    () => print(changed, { pretty: false }),
  ];
  for (const text of texts) {
    const sql = printedOrNull(text);
    if (says(sql)) return sql;
  }
  return null;
}

function spliced(sql: string, changed: Node): string | null {
  const before = treeOf(sql);
  if (before === undefined) return null;
  const text = readText(sql);
  const edits = editsBetween(before, changed, text);
  return edits === null ? null : applied(edits, text);
}

function printedOrNull(text: () => string | null): string | null {
  try {
    return text();
  } catch (error) {
    if (error instanceof NotPrintable) return null;
    throw error;
  }
}

function applied(edits: readonly Edit[], { bytes, tokens }: Text): string | null {
  const parts: string[] = [];
  let done = 0;
  for (const { first, last, replacement } of edits.toSorted((one, other) => one.first - other.first)) {
    const [start, end] = [tokens[first]?.start, tokens[last]?.end];
    if (start === undefined || end === undefined || start < done) return null;
    const kept = bytes.subarray(done, start).toString('utf8');
    // What is removed leaves no white space behind.
    parts.push(replacement === '' ? kept.trimEnd() : kept, replacement);
    done = end;
  }
  return [...parts, bytes.subarray(done).toString('utf8')].join('').trim();
}

function treeOf(sql: string): Node | undefined {
  const statements = statementsOrNone(sql);
  return statements.length === 1 ? statements[0]?.tree : undefined;
}
