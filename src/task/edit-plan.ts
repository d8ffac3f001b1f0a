import type { Block } from './block.ts';
import { type BulletStyle, bulletStyle } from './bullet-style.ts';
import type { Document, Entry } from './document.ts';
import type { ItemEdit, OutputField } from './edit.ts';
import { hashValue } from './hash.ts';
import { fieldKey, nameBeside, outputRank } from './names.ts';
import type { RawField } from './raw-field.ts';
import { renderValue } from './render.ts';
import { endOfLine } from './lines.ts';
import type { Splice } from './splice.ts';

/** Where new bullets go: after the item's last field, or after all of the item. */
export type Place = 'after-fields' | 'end-of-item';

/** What an edit does to the text, and the values of ours that the item then has. */
export interface EditPlan {
  readonly splices: readonly Splice[];
  /** Canonical key → hash. */
  readonly written: ReadonlyMap<string, string>;
  readonly kept: readonly string[];
}

/** What happens to one output field. */
type Slot =
  | { readonly type: 'replace'; readonly field: RawField; readonly value: string }
  | { readonly type: 'remove'; readonly field: RawField }
  | { readonly type: 'insert'; readonly name: string; readonly value: string }
  | { readonly type: 'keep'; readonly name: string }
  | { readonly type: 'none' };

export function planEdit(document: Document, entry: Entry, edit: ItemEdit, place: Place): EditPlan {
  const { draft, top } = entry;
  const outputs = (edit.fields ?? []).toSorted((a, b) => outputRank(a.name) - outputRank(b.name));
  const isOurs = ownership(document, entry, edit.owned);
  const slots = outputs.map((output) => slotFor(document, entry, output, isOurs));

  const splices: Splice[] = [];
  if (edit.marker !== undefined && edit.marker !== draft.head.marker) {
    splices.push({
      start: top.offset + draft.head.markerStart,
      end: top.offset + draft.head.markerEnd,
      text: edit.marker,
    });
  }
  const removed = slots.flatMap((slot) => (slot.type === 'remove' ? [slot.field] : []));
  for (const field of removed) splices.push(removal(document.text, entry, field));
  for (const slot of slots)
    if (slot.type === 'replace') splices.push(...replacement(document, entry, slot.field, slot.value));
  const ours = draft.fields.filter((field) => isOurs(field) && !removed.includes(field));
  splices.push(...insertions(document, entry, slots, ours, place));

  return {
    splices,
    written: writtenBy(document, entry, ours, slots),
    kept: slots.flatMap((slot) => (slot.type === 'keep' ? [slot.name] : [])),
  };
}

function ownership(
  document: Document,
  entry: Entry,
  owned: ReadonlyMap<string, string>,
): (field: RawField) => boolean {
  return (field) =>
    field.entry !== null && owned.get(field.key) === hashValue(valueSource(document.text, entry, field));
}

export function valueSource(text: string, entry: Entry, field: RawField): string {
  return text.slice(entry.top.offset + field.valueStart, entry.top.offset + field.valueEnd);
}

/**
 * Finds the bullet for a value: our own one under the usual name or the one beside it; else the first of the two
 * names that nobody has used. A person's value is never ours, unless it is letter for letter what we would write.
 */
function slotFor(
  document: Document,
  entry: Entry,
  output: OutputField,
  isOurs: (field: RawField) => boolean,
): Slot {
  const names = [output.name, nameBeside(output.name)];
  const keys = names.map(fieldKey);
  const fields = entry.draft.fields.filter((field) => keys.includes(field.key));
  const own = fields.find(isOurs);
  const value =
    output.value === null || output.value.length === 0 ? null : renderValue(output.name, output.value);
  if (value === null) return own === undefined ? { type: 'none' } : { type: 'remove', field: own };

  const same = fields.find(
    (field) => hashValue(valueSource(document.text, entry, field)) === hashValue(value),
  );
  const field = own ?? same;
  if (field !== undefined) return { type: 'replace', field, value };
  const free = names.find((name) => fields.every((taken) => taken.key !== fieldKey(name)));
  return free === undefined ? { type: 'keep', name: output.name } : { type: 'insert', name: free, value };
}

function replacement(document: Document, entry: Entry, field: RawField, value: string): readonly Splice[] {
  const before = valueSource(document.text, entry, field);
  if (hashValue(before) === hashValue(value)) return [];
  const style = bulletStyle(document, entry, field.entry);
  const start = entry.top.offset + field.valueStart;
  const spaced = value.startsWith('\n') || /[ \t]$/.test(document.text.slice(start - 1, start)) ? '' : ' ';
  return [{ start, end: entry.top.offset + field.valueEnd, text: spaced + indented(value, style) }];
}

/** From the end of the line before to the end of the bullet: the opposite of an insertion. */
function removal(text: string, entry: Entry, field: RawField): Splice {
  const start = entry.top.offset + (field.entry?.start ?? field.valueStart);
  return {
    start: endOfPreviousLine(text, start),
    end: entry.top.offset + (field.entry?.end ?? field.valueEnd),
    text: '',
  };
}

function endOfPreviousLine(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !/[\r\n]/.test(text.charAt(at - 1))) at -= 1;
  return text.slice(at - 2, at) === '\r\n' ? at - 2 : Math.max(0, at - 1);
}

function insertions(
  document: Document,
  entry: Entry,
  slots: readonly Slot[],
  ours: readonly RawField[],
  place: Place,
): readonly Splice[] {
  const direct = ours.filter(
    (field) => field.entry !== null && entry.draft.block.children.includes(field.entry),
  );
  return slots.flatMap((slot) => {
    if (slot.type !== 'insert') return [];
    const rank = outputRank(slot.name);
    const before = direct.findLast((field) => outputRank(field.name) <= rank);
    const after = direct.find((field) => outputRank(field.name) > rank);
    const sibling = before?.entry ?? after?.entry ?? lastFieldEntry(entry);
    const style = bulletStyle(document, entry, sibling);
    const start =
      before?.entry === undefined && after?.entry != null
        ? endOfPreviousLine(document.text, entry.top.offset + after.entry.start)
        : endOfLine(document.text, entry.top.offset + anchor(entry, before?.entry ?? null, place));
    const bullet = `${style.indent}${style.bullet}${style.gap}**${slot.name}**:`;
    const spaced = slot.value.startsWith('\n') ? '' : ' ';
    return [{ start, end: start, text: style.eol + bullet + spaced + indented(slot.value, style) }];
  });
}

/** The end of what a new bullet follows, counted from the top-level block. */
function anchor(entry: Entry, before: Block | null, place: Place): number {
  if (before !== null) return before.end;
  const { block } = entry.draft;
  if (place === 'end-of-item') return block.end;
  const last = lastFieldEntry(entry);
  if (last !== null) return last.end;
  const firstChild = block.children.findIndex((child) => child.type === 'item' && holdsItem(entry, child));
  const own = firstChild < 0 ? block.children : block.children.slice(0, firstChild);
  return own.at(-1)?.end ?? block.end;
}

function lastFieldEntry(entry: Entry): Block | null {
  const entries = entry.draft.fields.flatMap((field) => (field.entry === null ? [] : [field.entry]));
  return entries.findLast((block) => entry.draft.block.children.includes(block)) ?? null;
}

function holdsItem(entry: Entry, block: Block): boolean {
  return entry.draft.items.some((item) => item.start >= block.start && item.end <= block.end);
}

function indented(value: string, style: BulletStyle): string {
  const indent = style.indent + ' '.repeat(style.bullet.length + style.gap.length);
  return value
    .split('\n')
    .map((line, index) => (index === 0 || line === '' ? line : indent + line))
    .join(style.eol);
}

function writtenBy(
  document: Document,
  entry: Entry,
  ours: readonly RawField[],
  slots: readonly Slot[],
): ReadonlyMap<string, string> {
  const written = new Map<string, string>();
  for (const field of ours) written.set(field.key, hashValue(valueSource(document.text, entry, field)));
  for (const slot of slots) {
    if (slot.type === 'replace') written.set(slot.field.key, hashValue(slot.value));
    if (slot.type === 'insert') written.set(fieldKey(slot.name), hashValue(slot.value));
  }
  return written;
}
