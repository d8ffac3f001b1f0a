import { USUAL } from '../escapes.ts';
import type { Language } from '../language.ts';
import { PLAIN, readQuoted } from '../quoted.ts';
import { skipCharacter } from '../skip-character.ts';

export const java: Language = {
  lineComments: ['//'],
  blockComment: { open: '/*', close: '*/', nests: false },
  joins: ['+'],
  adjacent: false,
  percent: false,
  valueHoles: false,
  literal: (reader) => {
    const quote = { ...PLAIN, escapes: USUAL };
    if (reader.startsWith('"""'))
      return readQuoted(reader, { ...quote, open: '"""', close: '"""', multiline: true });
    if (reader.startsWith('"')) return readQuoted(reader, { ...quote, open: '"', close: '"' });
    return null;
  },
  skip: skipCharacter,
};
