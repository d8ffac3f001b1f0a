import { USUAL } from '../escapes.ts';
import type { Language } from '../language.ts';
import { PLAIN, readQuoted } from '../quoted.ts';
import { skipCharacter } from '../skip-character.ts';

export const go: Language = {
  lineComments: ['//'],
  blockComment: { open: '/*', close: '*/', nests: false },
  joins: ['+'],
  adjacent: false,
  percent: false,
  valueHoles: false,
  literal: (reader) => {
    if (reader.startsWith('`'))
      return readQuoted(reader, { ...PLAIN, open: '`', close: '`', multiline: true });
    if (reader.startsWith('"'))
      return readQuoted(reader, { ...PLAIN, open: '"', close: '"', escapes: USUAL });
    return null;
  },
  skip: skipCharacter,
};
