import type { Block } from './block.ts';
import type { Document, Entry } from './document.ts';
import { endOfLine, nextLine } from './lines.ts';

/** How a new bullet of an item is to be written so that it looks like the ones around it. */
export interface BulletStyle {
  /** White space before the bullet. */
  readonly indent: string;
  readonly bullet: string;
  readonly gap: string;
  readonly eol: string;
}

/** The style of `sibling`, a bullet of the same item, or where there is none that of the item and its neighbours. */
export function bulletStyle(document: Document, entry: Entry, sibling: Block | null): BulletStyle {
  const eol = eolNear(document.text, entry.top.offset + entry.draft.block.start);
  const beside = sibling ?? entry.draft.block.children.find((child) => child.type === 'item') ?? null;
  const own = entry.draft.block;
  if (beside !== null) {
    const indent = indentOf(document.text, entry.top.offset + beside.start);
    const { bullet, gap } = bulletOf(document.text, entry.top.offset, beside);
    if (indent !== null) return { indent, bullet, gap, eol };
  }
  const { bullet } = bulletOf(document.text, entry.top.offset, own);
  return { indent: newIndent(document, entry), bullet, gap: ' ', eol };
}

/** Bullets like the entry's own; `-` under numbers, which would have to be counted on. */
function bulletOf(
  text: string,
  offset: number,
  block: Block,
): { readonly bullet: string; readonly gap: string } {
  if (block.bullet.length > 1) return { bullet: '-', gap: ' ' };
  const after = offset + block.start + 1;
  const gap = /^ {1,4}(?! )/.exec(text.slice(after, after + 6))?.[0] ?? ' ';
  return { bullet: block.bullet, gap };
}

/** What stands before the bullet on its line; null where that is more than white space (`- - [ ] x`). */
function indentOf(text: string, start: number): string | null {
  let at = start;
  while (at > 0 && (text.charAt(at - 1) === ' ' || text.charAt(at - 1) === '\t')) at -= 1;
  const before = at === 0 ? '\n' : text.charAt(at - 1);
  return before === '\n' || before === '\r' ? text.slice(at, start) : null;
}

/** As deep as the nearest item that has bullets puts them, if that is inside of this one, else at its content. */
function newIndent(document: Document, entry: Entry): string {
  const { block } = entry.draft;
  const own = indentOf(document.text, entry.top.offset + block.start);
  if (own === null) return ' '.repeat(block.contentColumn);
  const step = nearestStep(document, entry);
  const columns = step === null ? 0 : widthOf(own + step);
  const fits = columns >= block.contentColumn && columns < block.contentColumn + 4;
  return step !== null && fits ? own + step : own + ' '.repeat(block.contentColumn - widthOf(own));
}

/** By what the nearest item with nested bullets indents them more than itself. */
function nearestStep(document: Document, entry: Entry): string | null {
  const at = document.entries.indexOf(entry);
  const steps = [
    () => document.entries.slice(Math.max(0, at - NEAR), at).toReversed(),
    () => document.entries.slice(at + 1, at + NEAR),
  ];
  for (const neighbours of steps) {
    for (const neighbour of neighbours()) {
      const step = stepOf(document.text, neighbour);
      if (step !== null) return step;
    }
  }
  return null;
}

const NEAR = 200;

function stepOf(text: string, entry: Entry): string | null {
  const nested = entry.draft.block.children.find((child) => child.type === 'item');
  const own = indentOf(text, entry.top.offset + entry.draft.block.start);
  const inner = nested === undefined ? null : indentOf(text, entry.top.offset + nested.start);
  return own !== null && inner?.startsWith(own) === true ? inner.slice(own.length) : null;
}

function widthOf(indent: string): number {
  let column = 0;
  for (const character of indent) column += character === '\t' ? 4 - (column % 4) : 1;
  return column;
}

/** The ending of the line at `offset`, or of the one before the last. */
function eolNear(text: string, offset: number): string {
  const end = endOfLine(text, offset);
  if (end < text.length) return text.slice(end, nextLine(text, end));
  const before = /(\r\n|\r|\n)[^\r\n]*$/.exec(text.slice(Math.max(0, offset - 4096), end));
  return before?.[1] ?? '\n';
}
