import { declaredNames } from './declared-names.ts';
import type { Token } from './token.ts';

interface Level {
  readonly indent: number;
  readonly names: readonly string[];
}

/**
 * The names that literals stand in, outermost first: what the less indented lines above declare, and what their
 * own line does, from its last semicolon before the literal. Formatted code of every language has this outline; in
 * other code names are missing.
 * @param starts the offsets of the literals, all of them tokens of the list
 */
export function namesAround(
  source: string,
  tokens: readonly Token[],
  starts: ReadonlySet<number>,
): ReadonlyMap<number, readonly string[]> {
  const names = new Map<number, readonly string[]>();
  let levels: Level[] = [];
  /** Literals of an annotation belong to what it annotates, which comes after it. */
  let annotation: { readonly indent: number; readonly starts: number[] } | null = null;
  for (const line of linesOf(tokens)) {
    const [head] = line;
    if (head === undefined) continue;
    const indent = head.start - (source.lastIndexOf('\n', head.start) + 1);
    const enclosing = levels.filter((level) => level.indent < indent);
    let current = enclosing;
    if (head.text === '@' && line[2]?.text !== '=') annotation ??= { indent, starts: [] };
    else if (head.kind === 'word') {
      const declared = declaredNames(line, annotation !== null);
      current = [...enclosing, { indent, names: declared }];
      levels = current;
      if (annotation !== null && indent <= annotation.indent) {
        for (const start of annotation.starts) names.set(start, [...(names.get(start) ?? []), ...declared]);
        annotation = null;
      }
    }
    let around = current.flatMap((level) => level.names);
    for (const [at, { start, text }] of line.entries()) {
      if (text === ';' && at < line.length - 1) {
        const own = declaredNames(untilLiteral(line, at + 1), false);
        around = [...enclosing.flatMap((level) => level.names), ...own];
      }
      if (!starts.has(start)) continue;
      names.set(start, around);
      annotation?.starts.push(start);
    }
  }
  return names;
}

/** The tokens of a statement up to and with its first literal or its semicolon. */
function untilLiteral(line: readonly Token[], from: number): readonly Token[] {
  let end = from;
  while (end < line.length && line[end]?.literal === null && line[end]?.text !== ';') end += 1;
  return line.slice(from, end + 1);
}

/** Tokens by line; what follows a literal of several lines on its last one belongs to its first. */
function* linesOf(tokens: readonly Token[]): Generator<readonly Token[]> {
  let line: Token[] = [];
  for (const token of tokens) {
    if (token.startsLine && line.length > 0) {
      yield line;
      line = [];
    }
    line.push(token);
  }
  yield line;
}
