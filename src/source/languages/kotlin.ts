import { USUAL } from '../escapes.ts';
import type { Language } from '../language.ts';
import { lexHole } from '../lex.ts';
import { PLAIN, readQuoted, type Quote } from '../quoted.ts';
import type { Reader } from '../reader.ts';
import { java } from './java.ts';
import type { Hole } from '../token.ts';

const VARIABLE = /\$[A-Za-z_]\w*/y;

const STRING: Quote = { ...PLAIN, open: '"', close: '"', escapes: USUAL, hole };
const RAW: Quote = { ...PLAIN, open: '"""', close: '"""', multiline: true, hole };

export const kotlin: Language = {
  ...java,
  blockComment: { open: '/*', close: '*/', nests: true },
  literal: (reader) => {
    if (reader.startsWith('"""')) return readQuoted(reader, RAW);
    return reader.startsWith('"') ? readQuoted(reader, STRING) : null;
  },
};

/** `${expression}` and `$variable`; `$1` is text. */
function hole(reader: Reader): Hole | null {
  const variable = reader.match(VARIABLE);
  if (variable === null) return lexHole(reader, '${');
  reader.at += variable[0].length;
  return { tokens: [] };
}
