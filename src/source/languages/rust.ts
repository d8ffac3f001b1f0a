import { USUAL } from '../escapes.ts';
import type { Language } from '../language.ts';
import { PLAIN, readQuoted } from '../quoted.ts';
import { skipCharacter } from '../skip-character.ts';

const RAW = /(?:b|c)?r(#*)"/y;
const OPENING = /[bc]?"/y;

export const rust: Language = {
  lineComments: ['//'],
  blockComment: { open: '/*', close: '*/', nests: true },
  joins: ['+'],
  adjacent: false,
  percent: false,
  declares: true,
  valueHoles: false,
  literal: (reader) => {
    const raw = reader.match(RAW);
    if (raw !== null) {
      const [open, hashes = ''] = raw;
      return readQuoted(reader, { ...PLAIN, open, close: `"${hashes}`, multiline: true });
    }
    const open = reader.match(OPENING)?.[0];
    if (open === undefined) return null;
    const escapes = { ...USUAL, takesIndent: true };
    return readQuoted(reader, { ...PLAIN, open, close: '"', multiline: true, escapes });
  },
  skip: skipCharacter,
};
