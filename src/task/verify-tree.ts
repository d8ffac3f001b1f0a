import type { Nodes } from 'mdast';
import type { Entry } from './document.ts';
import type { EditPlan } from './edit-plan.ts';
import { parseFully } from './full-parser.ts';
import { readName } from './raw-field.ts';
import { endOfLine, nextLine } from './scan.ts';

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
  const start = old.top.offset + old.draft.block.start;
  const last = Math.max(...plan.splices.map((splice) => splice.end));
  const oldEnd = endOfWindow(oldText, last);
  const newEnd = oldEnd + newText.length - oldText.length;
  const keys = new Set(plan.written.keys());
  const column = old.draft.block.column;
  const removable = (entry: Entry) => new Set([...keys, ...fieldKeysIn(entry, plan)]);
  return (
    shapeOf(outdent(oldText.slice(start, oldEnd), column), removable(old)) ===
    shapeOf(
      outdent(newText.slice(edited.top.offset + edited.draft.block.start, newEnd), column),
      removable(old),
    )
  );
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
function fieldKeysIn(entry: Entry, plan: EditPlan): readonly string[] {
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
  return [node.type, node.children.flatMap((child, index) => itemPart(child, index === 0, ours))];
}

/** A child of the edited item: its head without the marker, its lists without our fields. */
function itemPart(child: Nodes, isHead: boolean, ours: ReadonlySet<string>): readonly Shape[] {
  if (isHead && 'children' in child) return [['head', headParts(child.children)]];
  if (child.type !== 'list') return [shape(child, undefined, ours)];
  const entries = child.children.filter((entry) => !isOurField(entry, ours));
  return entries.length === 0 ? [] : [['list', entries.map((entry) => shape(entry, undefined, ours))]];
}

/** A box that GFM knows is no part of the text, another one is. */
function headParts(nodes: readonly Nodes[]): readonly Shape[] {
  const [first, ...rest] = nodes;
  if (first?.type !== 'text') return nodes.map((node) => shape(node, undefined, NONE));
  const text = first.value.replace(/^\[[ ~x!]\]/i, '').trimStart();
  return [
    ...(text === '' ? [] : [['text', text] as const]),
    ...rest.map((node) => shape(node, undefined, NONE)),
  ];
}

const NONE: ReadonlySet<string> = new Set();

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
