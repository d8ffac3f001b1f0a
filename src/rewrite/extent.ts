import type { Node } from '@pgsql/types';
import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../sql/walk.ts';
import { statementsOrNone } from '../sql/parse.ts';
import { tokensOf } from '../sql/tokens.ts';
import { canonical } from './canonical.ts';

/** A token of a statement, without comments; bytes, as the parser counts. */
interface Token {
  readonly start: number;
  readonly end: number;
  /** In lower case where it is a word without quotes: `select`. */
  readonly word: string;
}

/** Tokens from `first` to `last`, both included. */
export interface Extent {
  readonly first: number;
  readonly last: number;
}

/** Tokens that give way to a text. */
export interface Edit extends Extent {
  readonly replacement: string;
}

/** A statement's text with its tokens. */
export interface Text {
  readonly bytes: Buffer;
  readonly tokens: readonly Token[];
}

export function readText(sql: string): Text {
  const tokens = tokensOf(sql).map(({ start, end, text }) => ({ start, end, word: text.toLowerCase() }));
  return { bytes: Buffer.from(sql, 'utf8'), tokens };
}

/** The text of some tokens, with what stands between them. */
export function slice({ bytes, tokens }: Text, { first, last }: Extent): string {
  return bytes.subarray(tokens[first]?.start, tokens[last]?.end).toString('utf8');
}

/** The edit that puts a text behind a token. */
export function behind(token: number, added: string, text: Text): Edit {
  const extent = { first: token, last: token };
  return { ...extent, replacement: slice(text, extent) + added };
}

/** What a part of a statement is, which decides how it is parsed alone. */
export type Part = 'expression' | 'query' | 'from-item' | 'sort-key' | 'target' | 'cte';

const PARSED_ALONE: Readonly<
  Record<
    Part,
    { readonly before: string; readonly after: string; readonly path: readonly (string | number)[] }
  >
> = {
  expression: { before: 'SELECT WHERE ', after: '', path: ['SelectStmt', 'whereClause'] },
  query: { before: '', after: '', path: [] },
  'from-item': { before: 'SELECT FROM ', after: '', path: ['SelectStmt', 'fromClause', 0] },
  'sort-key': { before: 'SELECT ORDER BY ', after: '', path: ['SelectStmt', 'sortClause', 0] },
  target: { before: 'SELECT ', after: '', path: ['SelectStmt', 'targetList', 0] },
  cte: { before: 'WITH ', after: ' SELECT', path: ['SelectStmt', 'withClause', 'ctes', 0] },
};

/** How many tokens a part may have before the first and behind the last one that the tree has a place of. */
const REACH = { before: 8, after: 60 };

/**
 * The tokens that a node was parsed from. The tree has only places inside of it: an operator's, a first word's. So the
 * text around those is tried until it parses to the same node.
 */
export function extentOf(node: Node, part: Part, text: Text): Extent | null {
  const places = placesIn(node);
  if (places.length === 0) return null;
  const from = tokenAt(text, Math.min(...places));
  const to = tokenAt(text, Math.max(...places));
  if (from === null || to === null) return null;
  const wanted = canonical(node);
  for (let first = from; first >= Math.max(0, from - REACH.before); first -= 1) {
    if (first < from && !mayLead(text.tokens[first]?.word ?? '', part)) break;
    for (const last of balancedEnds(text, first, to))
      if (isDeepStrictEqual(canonical(parsedAlone(slice(text, { first, last }), part)), wanted))
        return { first, last };
  }
  return null;
}

function mayLead(word: string, part: Part): boolean {
  if (part === 'query' || part === 'cte') return word !== ';';
  return (
    word === '(' || word === 'not' || word === 'row' || word === '-' || word === '+' || word === 'lateral'
  );
}

/** Where text from `first` on may end, at `to` or behind it, with all its brackets closed. */
function* balancedEnds({ tokens }: Text, first: number, to: number): Generator<number> {
  let depth = 0;
  for (let at = first; at < Math.min(tokens.length, to + REACH.after); at += 1) {
    const word = tokens[at]?.word;
    if (word === '(' || word === '[') depth += 1;
    if (word === ')' || word === ']') depth -= 1;
    if (depth < 0) return;
    if (depth === 0 && at >= to) yield at;
  }
}

function parsedAlone(sql: string, part: Part): unknown {
  const { before, after, path } = PARSED_ALONE[part];
  const [statement, ...others] = statementsOrNone(`${before}${sql}${after}`);
  if (statement === undefined || others.length > 0) return undefined;
  let value: unknown = statement.tree;
  for (const step of path)
    value = isRecord(value) || Array.isArray(value) ? (value as Record<string, unknown>)[step] : undefined;
  return value;
}

function tokenAt({ tokens }: Text, place: number): number | null {
  const at = tokens.findIndex(({ start, end }) => start <= place && place < end);
  return at < 0 ? null : at;
}

/** All places that the tree of a node has, without recursion. */
function placesIn(node: unknown): number[] {
  const places: number[] = [];
  const pending = [node];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (Array.isArray(value)) pending.push(...(value as unknown[]));
    if (!isRecord(value)) continue;
    for (const [name, child] of Object.entries(value))
      if (name !== 'location') pending.push(child);
      else if (typeof child === 'number' && child >= 0) places.push(child);
  }
  return places;
}
