import { type Document, type Entry, parseDocument } from './document.ts';
import { type EditPlan, type Place, planEdit } from './edit-plan.ts';
import { fingerprint } from './fingerprint.ts';
import type { Marker } from './item.ts';
import { baseOfKey } from './key.ts';
import type { Inline } from './render.ts';
import { applySplices } from './splice.ts';
import { findDamage } from './verify.ts';

export type { Inline } from './render.ts';
export { hashValue } from './hash.ts';

/** A field that pitstop writes. */
export interface OutputField {
  readonly name: string;
  /** Null removes the field, if it is ours. */
  readonly value: readonly Inline[] | null;
}

export interface ItemEdit {
  readonly marker?: Marker;
  readonly fields?: readonly OutputField[];
  /** Canonical field key → hash of the value that we wrote there: the proof that a field is ours. */
  readonly owned: ReadonlyMap<string, string>;
  /** How the item was when it was read; an edit of an item that a person has changed since is refused. */
  readonly expected?: { readonly marker?: string; readonly fingerprint?: string };
}

export type EditFailure = 'item-not-found' | 'item-ambiguous' | 'item-changed' | 'edit-refused';

export type EditResult =
  | {
      readonly ok: true;
      readonly text: string;
      /** Canonical key → hash of each value of ours that is in the item now: the next edit's `owned`. */
      readonly written: ReadonlyMap<string, string>;
      /** Names not written because persons' fields stand under both possible names. */
      readonly kept: readonly string[];
    }
  | { readonly ok: false; readonly code: EditFailure; readonly message: string };

/**
 * Sets an item's marker and fields, and nothing else. A person's field is never overwritten: where one stands under
 * the name of ours, ours is called `Result` (for Status), `Migration` (File), `Measured impact` (Impact) or
 * `Measured …`, and its hash is recorded under that name. The edited text is parsed again, by the full parser too;
 * where anything but the edit has changed, new bullets are tried after the whole item, and else the edit is refused.
 */
export function editItem(text: string, key: string, edit: ItemEdit): EditResult {
  const document = parseDocument(text);
  const entry = document.entries.find(({ item }) => item.key === key);
  if (entry === undefined) return missing(document, key);
  const changed = changeOf(entry, edit);
  if (changed !== null) return { ok: false, code: 'item-changed', message: changed };
  if (edit.marker !== undefined && !entry.item.known) {
    return refuse(
      `Item ${entry.item.id} has the marker [${entry.item.marker}], which is not ours to change.`,
    );
  }

  let damage = '';
  for (const place of ['after-fields', 'end-of-item'] satisfies Place[]) {
    const plan = planEdit(document, entry, edit, place);
    if (plan.splices.length === 0) return done(text, plan);
    const edited = applySplices(text, plan.splices);
    const found = findDamage(document, entry, edited, plan, { ...edit, owned: plan.written });
    if (found === null) return done(edited, plan);
    damage = found;
  }
  return refuse(
    `Item ${entry.item.id} (line ${entry.item.line}) cannot be edited without damage: ${damage}.`,
  );
}

function done(text: string, plan: EditPlan): EditResult {
  return { ok: true, text, written: plan.written, kept: plan.kept };
}

function refuse(message: string): EditResult {
  return { ok: false, code: 'edit-refused', message };
}

function missing(document: Document, key: string): EditResult {
  const alike = document.entries.filter(({ item }) => baseOfKey(item.key) === baseOfKey(key));
  if (alike.length === 0)
    return {
      ok: false,
      code: 'item-not-found',
      message: 'The item is no longer in the task file, or was renamed.',
    };
  const lines = alike.map(({ item }) => item.line).join(', ');
  return {
    ok: false,
    code: 'item-ambiguous',
    message: `The item's id and title now stand elsewhere too (lines ${lines}).`,
  };
}

function changeOf(entry: Entry, edit: ItemEdit): string | null {
  const { item } = entry;
  const marker = edit.expected?.marker;
  if (marker !== undefined && marker !== item.marker)
    return `The marker was [${marker}] and is [${item.marker}] now.`;
  const print = edit.expected?.fingerprint;
  if (print !== undefined && print !== fingerprint(item))
    return 'The title or the inputs of the item were changed.';
  return null;
}
