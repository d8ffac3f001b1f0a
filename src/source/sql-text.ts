/** A part of an SQL text, as PostgreSQL's scanner reads it. */
export interface Segment {
  readonly kind: 'code' | 'quoted' | 'comment';
  readonly start: number;
  readonly end: number;
}

const OPENING = /--|\/\*|[eE]'|'|"|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/g;
const ESCAPED_END = /\\[^]|''|'/g;

/** Takes a text apart into code, comments and what is quoted, in order and without gaps. Linear. */
export function segmentsOf(sql: string): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  const push = (kind: Segment['kind'], end: number): void => {
    if (end > at) segments.push({ kind, start: at, end });
    at = end;
  };
  OPENING.lastIndex = 0;
  for (let match = OPENING.exec(sql); match !== null; match = OPENING.exec(sql)) {
    const [opening] = match;
    // A dollar or an E behind a letter is part of a name: `a$b$c`, `date'2020-01-01'`.
    const inName = /[$eE]/.test(opening) && /[\w$\u0080-\uffff]/.test(sql.charAt(match.index - 1));
    if (inName && opening.startsWith('$')) continue;
    const start = inName ? match.index + 1 : match.index;
    push('code', start);
    const isComment = opening === '--' || opening === '/*';
    push(isComment ? 'comment' : 'quoted', endOf(sql, inName ? "'" : opening, match.index + opening.length));
    OPENING.lastIndex = at;
  }
  push('code', sql.length);
  return segments;
}

function endOf(sql: string, opening: string, from: number): number {
  if (opening === '--') return indexOrEnd(sql, '\n', from);
  if (opening === '/*') return endOfComment(sql, from);
  if (opening.endsWith("'") && opening.length === 2) {
    ESCAPED_END.lastIndex = from;
    for (let match = ESCAPED_END.exec(sql); match !== null; match = ESCAPED_END.exec(sql))
      if (match[0] === "'") return ESCAPED_END.lastIndex;
    return sql.length;
  }
  // A doubled quote ends one quoted part and begins the next, which comes to the same.
  return Math.min(sql.length, indexOrEnd(sql, opening, from) + opening.length);
}

/** Comments nest. */
function endOfComment(sql: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  let depth = 1;
  for (let match = mark.exec(sql); match !== null; match = mark.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}

function indexOrEnd(sql: string, text: string, from: number): number {
  const found = sql.indexOf(text, from);
  return found === -1 ? sql.length : found;
}

/** The code of a text at its own offsets: comments are blanks, what is quoted is nothing but its quotes. */
export function codeOf(sql: string): string {
  return segmentsOf(sql)
    .map(({ kind, start, end }) => {
      if (kind === 'code') return sql.slice(start, end);
      if (kind === 'comment') return ' '.repeat(end - start);
      return (sql.charAt(start) === '"' ? '"' : "'").repeat(end - start);
    })
    .join('');
}

/** Replaces in the code of a text only; what is quoted and the comments stay. */
export function replaceInCode(
  sql: string,
  pattern: RegExp,
  replace: (match: RegExpExecArray) => string,
): string {
  let replaced = '';
  let copied = 0;
  for (const match of codeOf(sql).matchAll(pattern)) {
    replaced += sql.slice(copied, match.index) + replace(match);
    copied = match.index + match[0].length;
  }
  return replaced + sql.slice(copied);
}
