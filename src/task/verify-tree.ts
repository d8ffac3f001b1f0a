import type { Nodes } from 'mdast';
import type { Entry } from './document.ts';
import type { EditPlan } from './edit-plan.ts';
import { parseFully } from './full-parser.ts';
import { readName } from './raw-field.ts';
import { endOfLine, nextLine } from './lines.ts';

/**
 * Whether the full parser sees the same tree before and after an edit, but for the item's marker and the fields of
 * ours. It looks at a window: the item from its own line, as if it stood at the margin, to some lines after the last
 * change. Nothing before an entry, or after the end of a block, has a say in how it is parsed.
 */
export function sameTree(
  oldText: string,
  old: Entry,
  newText: string,
  edited: Entry,
  plan: EditPlan,
): boolean {
  const oldEnd = endOfWindow(oldText, Math.max(...plan.splices.map((splice) => splice.end)));
  const newEnd = oldEnd + newText.length - oldText.length;
  const ours = new Set([...plan.written.keys(), ...removedKeys(old, plan)]);
  const marker = oldText.slice(
    old.top.offset + old.draft.head.markerStart,
    old.top.offset + old.draft.head.markerEnd,
  );
  const before = windowOf(oldText, old, oldEnd, marker);
  const after = windowOf(newText, edited, newEnd, marker);
  return shapeOf(before, ours) === shapeOf(after, ours);
}

/** The text from an item on, with the marker it had. */
function windowOf(text: string, entry: Entry, end: number, marker: string): string {
  const { top, draft } = entry;
  const head = text.slice(top.offset + draft.block.start, top.offset + draft.head.markerStart);
  return outdent(head + marker + text.slice(top.offset + draft.head.markerEnd, end), draft.block.column);
}

/** Lines after the last change that are parsed with it; enough for whatever follows to show what it belongs to. */
const LINES_AFTER = 12;

function endOfWindow(text: string, from: number): number {
  let end = endOfLine(text, from);
  for (let count = 0; count < LINES_AFTER && end < text.length; count++)
    end = endOfLine(text, nextLine(text, end));
  return end;
}

/** Keys of the fields that the edit removes. */
function removedKeys(entry: Entry, plan: EditPlan): readonly string[] {
  return entry.draft.fields
    .filter((field) =>
      plan.splices.some(
        (splice) => splice.text === '' && inside(entry.top.offset + field.valueStart, splice),
      ),
    )
    .map((field) => field.key);
}

function inside(offset: number, splice: { readonly start: number; readonly end: number }): boolean {
  return splice.start <= offset && offset <= splice.end;
}

/** The window with `columns` columns of indentation less in every line but the first, which has none left. */
function outdent(source: string, columns: number): string {
  return source.replace(/(\r\n|\r|\n)([ \t]+)/g, (_, eol: string, indent: string) => {
    let column = 0;
    let at = 0;
    while (at < indent.length && column < columns) {
      column += indent.charAt(at) === '\t' ? 4 - (column % 4) : 1;
      at += 1;
    }
    return eol + ' '.repeat(Math.max(0, column - columns)) + indent.slice(at);
  });
}

/** The tree as text. `ours` are the keys of fields of the first entry that are left out. */
function shapeOf(source: string, ours: ReadonlySet<string>): string {
  const root = parseFully(source);
  const list = root.children[0];
  const item = list?.type === 'list' ? list.children[0] : undefined;
  return JSON.stringify(shape(root, item, ours));
}

type Shape = readonly [string, ...unknown[]];

function shape(node: Nodes, item: Nodes | undefined, ours: ReadonlySet<string>): Shape {
  if (!('children' in node)) return [node.type, detailsOf(node)];
  if (node !== item)
    return [node.type, detailsOf(node), node.children.map((child) => shape(child, item, ours))];
  return [node.type, detailsOf(node), node.children.flatMap((child) => itemPart(child, ours))];
}

/** A child of the edited item; its lists without our fields. */
function itemPart(child: Nodes, ours: ReadonlySet<string>): readonly Shape[] {
  if (child.type !== 'list') return [shape(child, undefined, ours)];
  const entries = child.children.filter((entry) => !isOurField(entry, ours));
  return entries.length === 0 ? [] : [['list', entries.map((entry) => shape(entry, undefined, ours))]];
}

function isOurField(entry: Nodes, ours: ReadonlySet<string>): boolean {
  const paragraph = 'children' in entry ? entry.children[0] : undefined;
  const strong = paragraph?.type === 'paragraph' ? paragraph.children[0] : undefined;
  const name = strong?.type === 'strong' ? strong.children[0] : undefined;
  const key = name?.type === 'text' ? readName(`**${name.value.replace(/:$/, '')}**:`)?.key : undefined;
  return key !== undefined && ours.has(key);
}

function detailsOf(node: Nodes): unknown {
  if (node.type === 'list') return node.ordered;
  if (node.type === 'listItem') return node.checked;
  if (node.type === 'heading') return node.depth;
  if (node.type === 'code') return [node.lang, node.meta, node.value];
  if ('url' in node) return node.url;
  return 'value' in node ? node.value : null;
}
