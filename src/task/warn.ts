import type { Block, Top } from './block.ts';
import type { Document } from './document.ts';
import type { Item, TaskWarning } from './item.ts';
import { conflictLine } from './conflict.ts';
import { isOurKey } from './names.ts';
import { readEntryField } from './raw-field.ts';

/** What looks wrong in a task file, by line. */
export function warningsOf(document: Document): readonly TaskWarning[] {
  const items = document.entries.map((entry) => entry.item);
  const warnings = [
    ...unknownMarkers(items),
    ...duplicateIds(items),
    ...doneParents(items),
    ...unnestedFields(document),
    ...document.tops.flatMap((top) => swallowed(document.text, top)),
    ...conflicts(document.text),
  ];
  return warnings.toSorted((a, b) => a.line - b.line);
}

function unknownMarkers(items: readonly Item[]): readonly TaskWarning[] {
  return items
    .filter((item) => !item.known)
    .map((item) => ({
      code: 'unknown-marker',
      message: `Item ${item.id} has the marker [${item.marker}], which is not one of [ ], [~], [x], [!]; it counts as open and is left alone.`,
      line: item.line,
    }));
}

function duplicateIds(items: readonly Item[]): readonly TaskWarning[] {
  const byId = new Map<string, Item[]>();
  for (const item of items) {
    if (!item.ownId) continue;
    const same = byId.get(item.id);
    if (same === undefined) byId.set(item.id, [item]);
    else same.push(item);
  }
  return [...byId.values()].flatMap((same) =>
    same.slice(1).map((item) => ({
      code: 'duplicate-id' as const,
      message: `Id ${item.id} is also that of the item in line ${same[0]?.line ?? 0}.`,
      line: item.line,
    })),
  );
}

function doneParents(items: readonly Item[]): readonly TaskWarning[] {
  const open = new Set(
    items.filter((item) => item.marker !== 'x' && item.parentKey !== null).map((item) => item.parentKey),
  );
  return items
    .filter((item) => item.marker === 'x' && open.has(item.key))
    .map((item) => ({
      code: 'parent-done-child-open',
      message: `Item ${item.id} is marked as done, but not all of its items are.`,
      line: item.line,
    }));
}

/** Fields beside an item instead of in it: under `1. [ ]` two spaces are not enough. */
function unnestedFields(document: Document): readonly TaskWarning[] {
  const items = new Set(
    document.entries.filter(({ draft, top }) => draft.block === top.block).map(({ top }) => top),
  );
  const warnings: TaskWarning[] = [];
  let afterItem = false;
  for (const top of document.tops) {
    const name: string | null = afterItem && !items.has(top) ? ourFieldName(document.text, top) : null;
    afterItem = items.has(top) || name !== null;
    if (name === null) continue;
    warnings.push({
      code: 'field-not-nested',
      message: `The field ${name} stands beside the item above it, not in it; indent it more.`,
      line: top.line + 1,
    });
  }
  return warnings;
}

function ourFieldName(text: string, top: Top): string | null {
  const field = readEntryField(text, top, top.block);
  return field !== null && isOurKey(field.key) ? field.name : null;
}

const TASK_LINE = /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX~!]\](?:[ \t]|$)/;

const swallowedLines = new WeakMap<Block, readonly { readonly line: number; readonly by: string }[]>();

/** Lines that look like items but are part of something else, by mistake as it seems. */
function swallowed(text: string, top: Top): readonly TaskWarning[] {
  let lines = swallowedLines.get(top.block);
  if (lines === undefined) {
    lines = findSwallowed(text, top, top.block);
    swallowedLines.set(top.block, lines);
  }
  return lines.map(({ line, by }) => ({
    code: 'task-swallowed',
    message: `This line looks like an item, but is part of ${by}.`,
    line: top.line + line + 1,
  }));
}

function findSwallowed(text: string, top: Top, block: Block): readonly { line: number; by: string }[] {
  if (block.children.length > 0)
    return block.type === 'quote' ? [] : block.children.flatMap((child) => findSwallowed(text, top, child));
  const by = swallower(block);
  if (by === null || block.endLine === block.line) return [];
  const lines = text.slice(top.offset + block.start, top.offset + block.end).split(/\r\n|\r|\n/);
  return lines.flatMap((line, index) =>
    TASK_LINE.test(line) && index > 0 ? [{ line: block.line + index, by }] : [],
  );
}

/** Closed fences and comments hold examples on purpose; these are more likely accidents. */
function swallower(block: Block): string | null {
  if (block.type === 'fence') return block.closed ? null : 'a code block that is never closed';
  if (block.type === 'html') {
    if (block.level >= 6) return 'an HTML block: it needs a blank line before it';
    return block.closed ? null : 'a comment or HTML block that is never closed';
  }
  if (block.type === 'code') return 'an indented code block';
  if (block.type === 'paragraph') return 'the paragraph above it';
  return null;
}

function conflicts(text: string): readonly TaskWarning[] {
  const line = conflictLine(text);
  return line === null
    ? []
    : [
        {
          code: 'conflict-marker',
          message: 'The file has conflict markers of a merge; resolve them first.',
          line,
        },
      ];
}
