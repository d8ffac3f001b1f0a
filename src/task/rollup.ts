import { type Document, entriesByKey, type Entry, parseDocument } from './document.ts';
import type { EditFailure } from './edit.ts';
import { type Item, isMarker, type Marker } from './item.ts';
import { applySplices, type Splice } from './splice.ts';

export type RollUpResult =
  | {
      readonly ok: true;
      readonly text: string;
      /** Keys of the parents whose marker changed. */ readonly changed: readonly string[];
    }
  | { readonly ok: false; readonly code: EditFailure; readonly message: string };

/**
 * Sets the markers of parents from their items: `[x]` when all are done, `[~]` while one is in progress, `[!]` when one
 * is blocked and none is open, else `[ ]`. Only parents above an item for which `isOurs` holds are touched, so that a
 * predicate of "worked on in this run" leaves the rest of the file alone. Unknown markers count as open and stay.
 */
export function rollUpParents(text: string, isOurs: (item: Item) => boolean): RollUpResult {
  const document = parseDocument(text);
  const markers = new Map<string, Marker>();
  const byKey = entriesByKey(document);
  const concerned = ancestorsOf(document, byKey, isOurs);
  for (const entry of document.entries.toReversed()) {
    const { item } = entry;
    if (!item.known || !concerned.has(item.key)) continue;
    const children = item.childKeys.map((key) => markers.get(key) ?? byKey.get(key)?.item.marker ?? ' ');
    markers.set(item.key, markerOf(children));
  }

  const changed = document.entries.filter(
    ({ item }) => (markers.get(item.key) ?? item.marker) !== item.marker,
  );
  if (changed.length === 0) return { ok: true, text, changed: [] };
  const edited = applySplices(
    text,
    changed.map((entry) => markerSplice(entry, markers.get(entry.item.key) ?? ' ')),
  );
  if (!onlyMarkersDiffer(document, parseDocument(edited), markers)) {
    return {
      ok: false,
      code: 'edit-refused',
      message: 'The markers of parent items cannot be changed without damage.',
    };
  }
  return { ok: true, text: edited, changed: changed.map(({ item }) => item.key) };
}

function ancestorsOf(
  document: Document,
  byKey: ReadonlyMap<string, Entry>,
  isOurs: (item: Item) => boolean,
): ReadonlySet<string> {
  const ancestors = new Set<string>();
  for (const { item } of document.entries) {
    if (!isOurs(item)) continue;
    for (
      let key = item.parentKey;
      key !== null && !ancestors.has(key);
      key = byKey.get(key)?.item.parentKey ?? null
    ) {
      ancestors.add(key);
    }
  }
  return ancestors;
}

function markerOf(children: readonly string[]): Marker {
  if (children.every((marker) => marker === 'x')) return 'x';
  if (children.includes('~')) return '~';
  const isOpen = children.some((marker) => marker === ' ' || !isMarker(marker));
  return children.includes('!') && !isOpen ? '!' : ' ';
}

function markerSplice(entry: Entry, marker: Marker): Splice {
  const { head } = entry.draft;
  return { start: entry.top.offset + head.markerStart, end: entry.top.offset + head.markerEnd, text: marker };
}

function onlyMarkersDiffer(before: Document, after: Document, markers: ReadonlyMap<string, string>): boolean {
  if (before.entries.length !== after.entries.length) return false;
  return before.entries.every(({ item: old }, index) => {
    const item = after.entries[index]?.item;
    return (
      item !== undefined &&
      item.key === old.key &&
      item.parentKey === old.parentKey &&
      item.marker === (markers.get(old.key) ?? old.marker) &&
      (item.source === old.source || markers.has(old.key))
    );
  });
}
