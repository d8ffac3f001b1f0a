import type { Token } from './token.ts';

const SQL_TAG = /^(?:sql|pgsql|psql|\$?(?:query|execute)raw)$/i;
/** How far back type arguments and call arguments of a tag are followed. */
const MAX_TOKENS = 200;
const OPENING: Readonly<Record<string, string>> = { '>': '<', ')': '(' };

/** Whether the template at an index has a tag that sends its values as parameters: `sql`, `Prisma.sql`, `$queryRaw<T>`. */
export function hasSqlTag(tokens: readonly Token[], index: number): boolean {
  let at = index - 1;
  const last = tokens[at];
  if (last === undefined || last.end !== tokens[index]?.start) return false;
  for (;;) {
    at = skipArguments(tokens, at);
    const word = tokens[at];
    if (word?.kind !== 'word') return false;
    if (SQL_TAG.test(word.text)) return true;
    if (!['.', '?.'].includes(tokens[at - 1]?.text ?? '')) return false;
    at -= 2;
  }
}

/** The index before `<…>` and `(…)` that end at an index. */
function skipArguments(tokens: readonly Token[], from: number): number {
  let at = from;
  for (;;) {
    const close = tokens[at]?.text ?? '';
    const open = tokens[at]?.kind === 'mark' ? OPENING[close] : undefined;
    if (open === undefined) return at;
    let depth = 0;
    const limit = Math.max(0, at - MAX_TOKENS);
    do {
      if (tokens[at]?.text === close) depth += 1;
      if (tokens[at]?.text === open) depth -= 1;
      at -= 1;
    } while (depth > 0 && at >= limit);
    if (depth > 0) return -1;
  }
}
