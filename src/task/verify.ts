import { type Document, type Entry, parseDocument } from './document.ts';
import { type EditPlan, planEdit, valueSource } from './edit-plan.ts';
import type { ItemEdit } from './edit.ts';
import { hashValue } from './hash.ts';
import type { Item } from './item.ts';
import { sameTree } from './verify-tree.ts';

/**
 * What an edit has broken, in words; null where it did only what it should: all other items are as they were, the
 * edited one has exactly the planned values, the full parser sees the same, and the same edit again changes nothing.
 */
export function findDamage(
  before: Document,
  entry: Entry,
  text: string,
  plan: EditPlan,
  again: ItemEdit,
): string | null {
  const after = parseDocument(text);
  if (after.entries.length !== before.entries.length) return 'the number of items would change';
  const index = before.entries.indexOf(entry);
  const edited = after.entries[index];
  if (edited === undefined) return 'the item would be lost';
  const other = before.entries.findIndex((old, at) => at !== index && !isSame(old, after.entries[at]));
  if (other >= 0) return `item ${before.entries[other]?.item.id ?? ''} would change`;
  if (!isFamily(entry.item, edited.item)) return 'the item would move, or lose a child';

  const values = new Map(
    edited.draft.fields.map((field) => [field, hashValue(valueSource(text, edited, field))]),
  );
  for (const [key, hash] of plan.written) {
    if (![...values].some(([field, found]) => field.key === key && found === hash))
      return `the field ${key} would not be read back`;
  }
  if (again.marker !== undefined && edited.item.marker !== again.marker)
    return 'the marker would not be read back';
  if (!keepsOthers(before.text, entry, text, edited, plan)) return 'a field that is not ours would change';
  if (!sameTree(before.text, entry, text, edited, plan))
    return 'the Markdown around it would change its meaning';
  if (planEdit(after, edited, again, 'after-fields').splices.length > 0)
    return 'a second run would change it again';
  return null;
}

function isSame(a: Entry, b: Entry | undefined): boolean {
  if (b === undefined || a.item === b.item) return b !== undefined;
  return (
    (a.draft === b.draft || a.draft.source === b.draft.source) &&
    a.item.marker === b.item.marker &&
    isFamily(a.item, b.item)
  );
}

function isFamily(a: Item, b: Item): boolean {
  return (
    a.key === b.key &&
    a.parentKey === b.parentKey &&
    a.title === b.title &&
    a.childKeys.length === b.childKeys.length &&
    a.childKeys.every((key, at) => key === b.childKeys[at])
  );
}

/** Every field of the item that the edit did not plan is there as before, in the same order. */
function keepsOthers(oldText: string, old: Entry, newText: string, edited: Entry, plan: EditPlan): boolean {
  const touched = (start: number) =>
    plan.splices.some((splice) => splice.start <= start && start <= splice.end && splice.end > splice.start);
  const kept = old.draft.fields
    .filter((field) => !touched(old.top.offset + field.valueStart))
    .map((field) => `${field.name}\n${valueSource(oldText, old, field)}`);
  const now = edited.draft.fields.map((field) => `${field.name}\n${valueSource(newText, edited, field)}`);
  let at = 0;
  for (const field of now) if (field === kept[at]) at += 1;
  return at === kept.length;
}
