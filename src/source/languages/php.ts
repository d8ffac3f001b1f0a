import { KEEPING } from '../escapes.ts';
import { readOpenedHeredoc } from '../heredoc.ts';
import type { Language } from '../language.ts';
import { lexHole } from '../lex.ts';
import { PLAIN, readQuoted, type Quote } from '../quoted.ts';
import type { Reader } from '../reader.ts';
import type { Hole } from '../token.ts';

const HEREDOC = /<<<[ \t]*(["']?)([A-Za-z_]\w*)\1[^\S\n]*\n/y;
const VARIABLE = /\$[A-Za-z_]\w*(?:\[[^\]\n]*\]|->\w+)?/y;
const DOUBLE = { ...PLAIN, multiline: true, escapes: KEEPING, hole };
const QUOTED: Quote = { ...DOUBLE, open: '"', close: '"' };
const SINGLE: Quote = {
  ...PLAIN,
  open: "'",
  close: "'",
  multiline: true,
  escapes: { ...KEEPING, only: "\\'" },
};

export const php: Language = {
  lineComments: ['//', '#'],
  blockComment: { open: '/*', close: '*/', nests: false },
  joins: ['.'],
  adjacent: false,
  percent: false,
  declares: false,
  valueHoles: false,
  literal: (reader) => {
    if (reader.startsWith('"')) return readQuoted(reader, QUOTED);
    if (reader.startsWith("'")) return readQuoted(reader, SINGLE);
    return readOpenedHeredoc(reader, HEREDOC, DOUBLE, false);
  },
  skip: skipPage,
};

/** Passes what stands outside of `<?php … ?>`. */
function skipPage(reader: Reader): boolean {
  const begins = reader.at === 0 && reader.source.includes('<?') && !reader.startsWith('<?');
  if (!begins && !reader.startsWith('?>')) return false;
  reader.at = reader.indexOf('<?');
  return true;
}

/** `$name`, `$name[…]`, `$name->property` and `{$expression}`; `$1` is text. */
function hole(reader: Reader): Hole | null {
  if (reader.startsWith('{$')) return lexHole(reader, '{');
  const variable = reader.match(VARIABLE);
  if (variable === null) return null;
  reader.at += variable[0].length;
  return { tokens: [] };
}
