import { plainText, readInline } from './inline.ts';
import type { Block, Top } from './block.ts';
import { linesOf } from './block-text.ts';
import { type Draft, readDrafts } from './draft.ts';
import { type Field, isMarker, type Item } from './item.ts';
import { itemKey, keyPath } from './key.ts';
import type { RawField } from './raw-field.ts';
import { scanTops, type Scan } from './tops.ts';

/** A parsed task file with the positions that editing needs. */
export interface Document {
  readonly text: string;
  readonly tops: readonly Top[];
  readonly entries: readonly Entry[];
}

/** An item where it stands in the text. */
export interface Entry {
  readonly item: Item;
  readonly draft: Draft;
  readonly top: Top;
}

/** The texts parsed last; parsing one that differs little from them costs little. The results do not depend on it. */
const recent: (Document & Scan)[] = [];
const KEPT = 4;

export function parseDocument(text: string): Document {
  const known = recent.find((document) => document.text === text);
  if (known !== undefined) return known;
  const scan = scanTops(text, recent.at(-1) ?? null);
  const document = { ...scan, entries: readEntries(scan) };
  recent.push(document);
  if (recent.length > KEPT) recent.shift();
  return document;
}

/** Made on demand: most parses only need to find one item. */
export function entriesByKey(document: Document): ReadonlyMap<string, Entry> {
  return new Map(document.entries.map((entry) => [entry.item.key, entry]));
}

interface Placed {
  readonly draft: Draft;
  readonly top: Top;
  readonly headings: readonly string[];
  readonly base: string;
  /** Index of the parent among all items; -1 for none. */
  readonly parent: number;
}

function readEntries(scan: Scan): readonly Entry[] {
  const placed = placeDrafts(scan);
  const keys = keysOf(placed);
  const children = childrenOf(placed, keys);
  return placed.map((place, index) => {
    const key = keys[index] ?? '';
    const item = toItem(place, key, keys[place.parent] ?? null, children.get(index) ?? NONE);
    return { item, draft: place.draft, top: place.top };
  });
}

function childrenOf(
  placed: readonly Placed[],
  keys: readonly string[],
): ReadonlyMap<number, readonly string[]> {
  const children = new Map<number, string[]>();
  placed.forEach(({ parent }, index) => {
    if (parent < 0) return;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [keys[index] ?? '']);
    else siblings.push(keys[index] ?? '');
  });
  return children;
}

const NONE: readonly string[] = [];

/** The bases, with ordinals where several are equal. */
function keysOf(placed: readonly Placed[]): readonly string[] {
  const keys = placed.map(({ base }) => base);
  const first = new Map<string, number>();
  const equal = new Map<string, number[]>();
  keys.forEach((base, index) => {
    const before = first.get(base);
    if (before === undefined) first.set(base, index);
    else equal.set(base, [...(equal.get(base) ?? [before]), index]);
  });
  for (const [base, indexes] of equal) {
    indexes.forEach((index, ordinal) => (keys[index] = itemKey(base, ordinal + 1, indexes.length)));
  }
  return keys;
}

/** The item as it was made last for the same draft, where nothing about its place has changed. */
function toItem(place: Placed, key: string, parentKey: string | null, childKeys: readonly string[]): Item {
  const { draft, headings } = place;
  const line = place.top.line + draft.block.line + 1;
  const known = draft.made?.item;
  if (
    known?.key === key &&
    known.line === line &&
    known.parentKey === parentKey &&
    isEqual(known.childKeys, childKeys) &&
    isEqual(known.headings, headings)
  ) {
    return known;
  }
  const { marker, id, title, struck } = draft.head;
  const item = {
    key,
    id: id ?? `#L${line}`,
    ownId: id !== null,
    title,
    line,
    marker,
    known: isMarker(marker),
    struck,
    headings,
    parentKey,
    childKeys,
    fields: draft.fields.map((field) => toField(field, place.top)),
    prose: draft.prose,
    sql: draft.sql,
    source: draft.source,
  };
  if (draft.made !== null) draft.made.item = item;
  return item;
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((value, index) => value === b[index]));
}

function toField(raw: RawField, top: Top): Field {
  return {
    name: raw.name,
    key: raw.key,
    parts: raw.parts,
    values: raw.values,
    text: raw.text,
    code: raw.code,
    line: top.line + raw.line + 1,
  };
}

function placeDrafts(scan: Scan): readonly Placed[] {
  const links = linkLabels(scan.text);
  const placed: Placed[] = [];
  let headings: readonly string[] = [];
  let levels: readonly number[] = [];
  let path = '';
  for (const top of scan.tops) {
    if (top.block.type === 'heading') {
      const outer = levels.findIndex((level) => level >= top.block.level);
      const depth = outer < 0 ? levels.length : outer;
      headings = [...headings.slice(0, depth), headingText(scan.text, top, top.block)];
      levels = [...levels.slice(0, depth), top.block.level];
      path = keyPath(headings);
    }
    const first = placed.length;
    for (const draft of readDrafts(scan.text, top, links)) {
      const parent = draft.parent < 0 ? -1 : first + draft.parent;
      placed.push({ draft, top, headings, parent, base: baseOf(draft, path) });
    }
  }
  return placed;
}

/** Kept, since making and hashing the strings is most of the work of parsing a text again. */
function baseOf(draft: Draft, path: string): string {
  if (draft.made?.path === path) return draft.made.base;
  const base = path + draft.keyOwn;
  draft.made = { path, base, item: null };
  return base;
}

const headingTexts = new WeakMap<Block, string>();

function headingText(text: string, top: Top, block: Block): string {
  const cached = headingTexts.get(block);
  if (cached !== undefined) return cached;
  const source = text.slice(top.offset + block.start, top.offset + block.end);
  const atx = /^#{1,6}(?:[ \t]+|$)/.exec(source);
  const content =
    atx === null
      ? text.slice(top.offset + block.start, linesOf(text, top, block).at(-2)?.end)
      : source.slice(atx[0].length).replace(/(?:^|[ \t]+)#+[ \t]*$/, '');
  const plain = plainText(readInline(content));
  headingTexts.set(block, plain);
  return plain;
}

/** Labels short enough to be taken for a marker that are defined as links (`[Review]: https://…`). */
function linkLabels(text: string): ReadonlySet<string> {
  if (!text.includes(']:')) return new Set();
  return new Set(
    [...text.matchAll(/^ {0,3}\[([^\]\r\n]{1,16})\]:/gm)].map((match) => (match[1] ?? '').toLowerCase()),
  );
}
