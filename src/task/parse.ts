import { type Document, parseDocument } from './document.ts';
import type { TaskFile } from './item.ts';
import { warningsOf } from './warn.ts';

const files = new WeakMap<Document, TaskFile>();

/**
 * The items of a task file, and what looks wrong in it. `text` is without byte order mark. Never throws: whatever is
 * no item is simply not in the result.
 */
export function parseTaskFile(text: string): TaskFile {
  const document = parseDocument(text);
  const known = files.get(document);
  if (known !== undefined) return known;
  const file = { items: document.entries.map((entry) => entry.item), warnings: warningsOf(document) };
  files.set(document, file);
  return file;
}
