import { scanSync } from 'libpg-query';

/** A token of a statement; its place in UTF-8 bytes, as the parser counts. */
export interface SqlToken {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The tokens of a text that parses, without its comments. */
export function tokensOf(sql: string): SqlToken[] {
  return scanSync(sql)
    .tokens.filter(({ tokenName }) => !tokenName.endsWith('COMMENT'))
    .map(({ start, end, text }) => ({ start, end, text }));
}
