import { KEEPING, USUAL } from '../escapes.ts';
import { readOpenedHeredoc } from '../heredoc.ts';
import type { Language } from '../language.ts';
import { lexHole } from '../lex.ts';
import { PLAIN, readQuoted, type Quote } from '../quoted.ts';
import type { Reader } from '../reader.ts';
import { skipRegex } from '../regex.ts';

const HEREDOC = /<<[~-]?(["'`]?)([A-Z_]\w*)\1/y;
const DOUBLE = {
  ...PLAIN,
  multiline: true,
  escapes: USUAL,
  hole: (reader: Reader) => lexHole(reader, '#{'),
};
const QUOTED: Quote = { ...DOUBLE, open: '"', close: '"' };
const SINGLE: Quote = {
  ...PLAIN,
  open: "'",
  close: "'",
  multiline: true,
  escapes: { ...KEEPING, only: "\\'" },
};

export const ruby: Language = {
  lineComments: ['#'],
  blockComment: { open: '\n=begin', close: '\n=end', nests: false },
  joins: ['+'],
  adjacent: true,
  percent: false,
  declares: false,
  valueHoles: false,
  literal: (reader) => {
    if (reader.startsWith('"')) return readQuoted(reader, QUOTED);
    if (reader.startsWith("'")) return readQuoted(reader, SINGLE);
    return readOpenedHeredoc(reader, HEREDOC, DOUBLE, true);
  },
  skip: (reader, tokens) => skipFirstComment(reader) || skipRegex(reader, tokens),
};

/** The comment of a file that begins with one has no line feed before it. */
function skipFirstComment(reader: Reader): boolean {
  if (reader.at > 0 || !reader.startsWith('=begin')) return false;
  reader.at = Math.min(reader.indexOf('\n=end') + 5, reader.end);
  return true;
}
