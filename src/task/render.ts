import type { Paragraph, PhrasingContent } from 'mdast';
import { toMarkdown } from 'mdast-util-to-markdown';
import { parseFully } from './full-parser.ts';

/** Prose, escaped as needed, inline code, or, at the end of a value, a statement in a fence of its own. */
export type Inline = string | { readonly code: string } | { readonly sql: string };

/**
 * A field's value as Markdown. Prose is written as it is where the full parser reads it back unchanged
 * (`orders_email_idx` needs no backslashes), and escaped where it does not. Line breaks become spaces, except in a
 * value that is code alone: that becomes a fence on lines of its own, since a comment in SQL ends with its line.
 */
export function renderValue(name: string, value: readonly Inline[]): string {
  const last = value.at(-1);
  if (typeof last === 'object' && 'sql' in last) {
    const prose = value.slice(0, -1);
    return (prose.length === 0 ? '' : renderValue(name, prose)) + fence(last.sql, 'sql');
  }
  const [first, ...others] = value;
  if (typeof first === 'object' && 'code' in first && others.length === 0 && /[\r\n]/.test(first.code.trim()))
    return fence(first.code, null);
  const nodes = trimmed(value.map(toNode)).filter((node) => node.value !== '');
  const bare = nodes.map((node) => (node.type === 'text' ? node.value : serialize([node]))).join('');
  if (nodes.every((node) => node.type === 'inlineCode' || !SYNTAX.test(node.value))) return bare;
  if (readsBack(name, bare, nodes)) return bare;
  const escaped = serialize(nodes).trim();
  if (readsBack(name, escaped, nodes)) return escaped;
  // Nothing that Markdown could take for syntax is left in a code span.
  return serialize([{ type: 'inlineCode', value: nodes.map((node) => node.value).join('') }]);
}

/** What may mean something in the middle of a line. */
const SYNTAX = /[\\`*_~[\]<>&!@|]|:\/\/|www\./i;

function fence(code: string, lang: string | null): string {
  const value = code.replace(/\r\n?/g, '\n').replace(/^\n+|\s+$/g, '');
  return `\n${toMarkdown({ type: 'code', value, lang }, { fences: true }).trimEnd()}`;
}

type Node = { readonly type: 'text' | 'inlineCode'; readonly value: string };

function toNode(inline: Inline): Node {
  if (typeof inline === 'string') return { type: 'text', value: oneLine(inline) };
  return { type: 'inlineCode', value: oneLine('code' in inline ? inline.code : inline.sql).trim() };
}

/** Without space at either end, which Markdown would not keep. */
function trimmed(nodes: readonly Node[]): readonly Node[] {
  return nodes.map((node, index) => {
    const start = index === 0 ? node.value.trimStart() : node.value;
    return { type: node.type, value: index === nodes.length - 1 ? start.trimEnd() : start };
  });
}

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\s\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ').replaceAll('\ufeff', '');
}

function serialize(nodes: readonly Node[]): string {
  const paragraph: Paragraph = {
    type: 'paragraph',
    children: [{ type: 'text', value: 'x ' }, ...nodes.map(copy)],
  };
  const options = { unsafe: [{ character: '~', inConstruct: 'phrasing' as const }] };
  return toMarkdown(paragraph, options).trimEnd().slice(2);
}

function copy(node: Node): PhrasingContent {
  return { type: node.type, value: node.value };
}

/** Whether the value, put after its name, is parsed as exactly these nodes. Bare URLs may become links. */
function readsBack(name: string, source: string, nodes: readonly Node[]): boolean {
  const children = parseFully(`- **${name}**: ${source}`).children;
  const list = children[0];
  if (children.length !== 1 || list?.type !== 'list' || list.children.length !== 1) return false;
  const blocks = list.children[0]?.children ?? [];
  const paragraph = blocks[0];
  if (blocks.length !== 1 || paragraph?.type !== 'paragraph') return false;
  const [strong, ...rest] = paragraph.children;
  if (strong?.type !== 'strong') return false;
  const read = rest.map((node) => (node.type === 'link' ? node.children[0] : node));
  const expected: Node[] = [{ type: 'text', value: source === '' ? ':' : ': ' }, ...nodes];
  return signature(read).trim() === signature(expected).trim();
}

function signature(
  nodes: readonly ({ readonly type: string; readonly value?: string } | undefined)[],
): string {
  return nodes
    .map((node) => (node?.type === 'text' ? node.value : `\u0000${node?.type}\u0000${node?.value}\u0000`))
    .join('');
}
