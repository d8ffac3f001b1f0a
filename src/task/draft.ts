import type { Block, Top } from './block.ts';
import { codeOf, languageOf } from './block-text.ts';
import { type Head, readHead } from './head.ts';
import type { Item } from './item.ts';
import { keyOwn } from './key.ts';
import { partsOf, type RawField, readEntryField, readParagraphFields, valueOf } from './raw-field.ts';

/** An item as its own top-level block shows it, before the rest of the file is known. */
export interface Draft {
  readonly block: Block;
  /** Offsets count from the top-level block. */
  readonly head: Head;
  /** Index of the parent among the drafts of the same top-level block; -1 for none. */
  readonly parent: number;
  readonly fields: readonly RawField[];
  /** Its child items. */
  readonly items: readonly Block[];
  readonly sql: readonly string[];
  readonly prose: string;
  readonly source: string;
  /** Of its key: what does not depend on where it stands. */
  readonly keyOwn: string;
  /** The whole key but for an ordinal, and the item: as they were made last, to be used again where they still hold. */
  made: { readonly path: string; readonly base: string; item: Item | null } | null;
}

const SQL = new Set(['sql', 'postgres', 'postgresql', 'pgsql', 'psql', 'plpgsql']);

const cache = new WeakMap<Block, { readonly links: string; readonly drafts: readonly Draft[] }>();

/** The items of a top-level block, in order. Block quotes are somebody's words, so entries in them are no items. */
export function readDrafts(text: string, top: Top, links: ReadonlySet<string>): readonly Draft[] {
  if (top.block.type !== 'item') return [];
  const label = [...links].join('\n');
  const cached = cache.get(top.block);
  if (cached?.links === label) return cached.drafts;
  const reader = new Reader(text, top, links);
  reader.visit(top.block, -1);
  const drafts = reader.drafts();
  cache.set(top.block, { links: label, drafts });
  return drafts;
}

interface Open {
  readonly block: Block;
  readonly head: Head;
  readonly parent: number;
  readonly fields: RawField[];
  readonly sql: string[];
  readonly prose: string[];
  /** Child items, to be left out of the source. */
  readonly holes: Block[];
}

class Reader {
  private readonly text: string;
  private readonly top: Top;
  private readonly links: ReadonlySet<string>;
  private readonly opened: Open[] = [];

  constructor(text: string, top: Top, links: ReadonlySet<string>) {
    this.text = text;
    this.top = top;
    this.links = links;
  }

  drafts(): readonly Draft[] {
    return this.opened.map((item) => ({
      block: item.block,
      head: item.head,
      parent: item.parent,
      fields: item.fields,
      items: item.holes,
      sql: item.sql,
      prose: item.prose.filter((line) => line !== '').join('\n'),
      source: this.sourceOf(item),
      keyOwn: keyOwn(item.head.id, item.head.title),
      made: null,
    }));
  }

  /** Reads an entry, which may be an item, and the items in it. */
  visit(entry: Block, owner: number, given = this.headOf(entry)): void {
    if (given === null) return this.visitBlocks(entry.children, owner);
    const head =
      given.title === '' && given.id === null ? { ...given, title: this.firstLineOf(entry) } : given;
    this.opened[owner]?.holes.push(entry);
    const { top } = this;
    const index = this.opened.length;
    const item: Open = {
      block: entry,
      head: relative(head, top.offset),
      parent: owner,
      fields: [],
      sql: [],
      prose: [],
      holes: [],
    };
    this.opened.push(item);
    const first = entry.children[0];
    if (first !== undefined && head.rest !== null) this.readParagraph(item, first, head.rest);
    this.visitBlocks(entry.children.slice(1), index);
  }

  private headOf(entry: Block): Head | null {
    return readHead(this.text, this.top, entry, this.links);
  }

  /** The title of `- [x]` whose text a formatter has moved into a list of its own. */
  private firstLineOf(entry: Block): string {
    const nested = entry.children.find((child) => child.type === 'item');
    if (nested === undefined || this.headOf(nested) !== null) return '';
    if (readEntryField(this.text, this.top, nested) !== null) return '';
    const part = partsOf(this.text, this.top, nested)[0];
    return part?.text.split('\n')[0]?.trim() ?? '';
  }

  private visitBlocks(blocks: readonly Block[], owner: number): void {
    const item = this.opened[owner];
    for (const block of blocks) {
      if (block.type === 'item') this.visitEntry(block, owner);
      else if (item === undefined || block.type === 'quote') continue;
      else if (block.type === 'fence' || block.type === 'code') this.readCode(item, block);
      else if (block.type === 'paragraph') this.readParagraph(item, block, this.top.offset + block.start);
    }
  }

  /** An entry in an item: a child item, a field, or a plain bullet whose content is the item's too. */
  private visitEntry(entry: Block, owner: number): void {
    const item = this.opened[owner];
    const head = this.headOf(entry);
    const field = item === undefined || head !== null ? null : readEntryField(this.text, this.top, entry);
    if (item === undefined || field === null) return this.visit(entry, owner, head);
    if (!containsItem(entry, (block) => this.headOf(block) !== null)) {
      item.fields.push(field);
      return;
    }
    item.fields.push({ ...field, ...valueOf(field.parts.slice(0, 1)) });
    for (const child of entry.children) if (child.type === 'item') this.visit(child, owner);
  }

  private readParagraph(item: Open, paragraph: Block, from: number): void {
    const { fields, prose } = readParagraphFields(this.text, this.top, paragraph, from);
    item.fields.push(...fields);
    item.prose.push(prose);
  }

  /** A code block right after a field without a value is that value: people forget to indent it. */
  private readCode(item: Open, block: Block): void {
    const last = item.fields.at(-1);
    if (last?.parts.length === 0) {
      item.fields[item.fields.length - 1] = { ...last, ...valueOf(partsOf(this.text, this.top, block)) };
      return;
    }
    if (block.type === 'fence' && SQL.has(languageOf(this.text, this.top, block))) {
      item.sql.push(codeOf(this.text, this.top, block));
    }
  }

  private sourceOf(item: Open): string {
    const { text, top } = this;
    let at = top.offset + item.block.start;
    let source = '';
    for (const hole of item.holes) {
      source += text.slice(at, top.offset + hole.start).trimEnd();
      at = top.offset + hole.end;
    }
    return source + text.slice(at, top.offset + item.block.end);
  }
}

function relative(head: Head, offset: number): Head {
  return { ...head, markerStart: head.markerStart - offset, markerEnd: head.markerEnd - offset, rest: null };
}

function containsItem(block: Block, isItem: (entry: Block) => boolean): boolean {
  return block.children.some(
    (child) => child.type === 'item' && (isItem(child) || containsItem(child, isItem)),
  );
}
