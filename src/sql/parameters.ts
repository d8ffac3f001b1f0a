import { scanSync } from 'libpg-query';
import { nodesNamed } from './walk.ts';

/** The highest `$n` of a tree; 0 where there is none. */
export function highestParameter(tree: unknown): number {
  return nodesNamed(tree, 'ParamRef').reduce((highest, { number }) => Math.max(highest, number ?? 0), 0);
}

export interface BoundStatement {
  /** The statement with `$n` in place of its placeholders. */
  readonly sql: string;
  /** The name for each parameter that was put in, in the order of their numbers. */
  readonly order: readonly string[];
  /** Placeholders that have no value; they are left as they stand. */
  readonly unknown: readonly string[];
}

/**
 * Turns `:name` placeholders into `$n`, the same name always into the same number, numbered after the highest
 * `$n` that is already there. The server's own scanner finds them, so that strings, dollar quotes, comments,
 * quoted identifiers, casts (`::`), named arguments (`:=`) and array slices (`[1:n]`) stay what they are.
 * A text that the scanner does not accept comes back unchanged; parsing it says why. Needs `loadParser()` before.
 * @param numbered names that have a number already, from 1, in another statement with the same values
 */
export function bindNamed(
  sql: string,
  names: readonly string[],
  numbered: readonly string[] = [],
): BoundStatement {
  const tokens = scan(sql);
  const existing = tokens.flatMap(({ text }) => (/^\$\d+$/.test(text) ? [Number(text.slice(1))] : []));
  const first = numbered.length > 0 ? 1 : Math.max(0, ...existing) + 1;
  const order: string[] = [...numbered];
  const unknown = new Set<string>();
  let bound = '';
  let copied = 0;
  for (const { start, end, name } of placeholders(tokens)) {
    if (!names.includes(name)) {
      unknown.add(name);
      continue;
    }
    if (!order.includes(name)) order.push(name);
    bound += `${sql.slice(copied, start)}$${first + order.indexOf(name)}`;
    copied = end;
  }
  return { sql: bound + sql.slice(copied), order, unknown: [...unknown] };
}

/** The reverse: each `$n` as the name that it stands for; `$n` without a name stay. */
export function unbindNamed(sql: string, names: readonly string[]): string {
  const parts: string[] = [];
  let copied = 0;
  for (const { start, end, text } of scan(sql)) {
    const name = /^\$\d+$/.test(text) ? names[Number(text.slice(1)) - 1] : undefined;
    if (name === undefined) continue;
    parts.push(sql.slice(copied, start), `:${name}`);
    copied = end;
  }
  return parts.join('') + sql.slice(copied);
}

interface Token {
  /** In UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Placeholder {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What ends an operand. */
const OPERAND = /[\w"')\]\u0080-\uffff]$/u;

/** In a subscript a colon behind an operand separates the bounds of a slice. */
function placeholders(tokens: readonly Token[]): Placeholder[] {
  const found: Placeholder[] = [];
  const opened: ('subscript' | 'other')[] = [];
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1]?.text ?? '';
    if (token.text === '(') opened.push('other');
    // ARRAY[…] is a constructor, and so is the second bracket of ARRAY[[…]].
    if (token.text === '[')
      opened.push(OPERAND.test(before) && !/^array$/i.test(before) ? 'subscript' : 'other');
    if (token.text === ']' || token.text === ')') opened.pop();
    const name = tokens[at + 1];
    if (token.text !== ':' || name === undefined || name.start !== token.end || !NAME.test(name.text))
      continue;
    const slices = opened.at(-1) === 'subscript' && OPERAND.test(before);
    if (!slices) found.push({ start: token.start, end: name.end, name: name.text });
  }
  return found;
}

/** The tokens without comments, at UTF-16 positions: the scanner counts in UTF-8 bytes. */
function scan(sql: string): Token[] {
  let scanned;
  try {
    scanned = scanSync(sql).tokens;
  } catch {
    return [];
  }
  const bytes = Buffer.from(sql, 'utf8');
  let byte = 0;
  let unit = 0;
  const unitAt = (position: number): number => {
    unit += bytes.subarray(byte, position).toString('utf8').length;
    byte = position;
    return unit;
  };
  return scanned.flatMap((token) => {
    const start = unitAt(token.start);
    const end = unitAt(token.end);
    if (token.tokenName === 'SQL_COMMENT' || token.tokenName === 'C_COMMENT') return [];
    return [{ start, end, text: sql.slice(start, end) }];
  });
}
