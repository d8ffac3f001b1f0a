import type { Reader } from './reader.ts';
import type { Token } from './token.ts';

const REGEX = /\/(?![*/])(?:\\[^\n]|\[(?:\\[^\n]|[^\]\\\n])*\]|[^/\\[\n])+\/[A-Za-z]*/y;
/** Words behind which an operand is expected, so that a slash cannot divide. */
const BEFORE_OPERAND =
  /^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield|instanceof|and|or|not|when|if|unless|while|puts)$/;

/** Passes a regular expression. A slash is one unless it stands behind an operand, in `</` or has no partner on its line. */
export function skipRegex(reader: Reader, tokens: readonly Token[]): boolean {
  if (!reader.startsWith('/') || reader.isUnpaired('/')) return false;
  const before = tokens.at(-1);
  if (before !== undefined) {
    if (before.kind === 'literal' || [')', ']', '}', '<', '++', '--'].includes(before.text)) return false;
    if (before.kind === 'word' && !BEFORE_OPERAND.test(before.text)) return false;
  }
  const match = reader.match(REGEX);
  if (match === null) {
    reader.noteUnpaired('/', reader.indexOf('\n'));
    return false;
  }
  reader.at += match[0].length;
  return true;
}
