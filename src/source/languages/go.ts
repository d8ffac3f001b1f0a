import { USUAL } from '../escapes.ts';
import type { Language } from '../language.ts';
import { PLAIN, readQuoted, type Quote } from '../quoted.ts';
import { skipCharacter } from '../skip-character.ts';

const RAW: Quote = { ...PLAIN, open: '`', close: '`', multiline: true };
const STRING: Quote = { ...PLAIN, open: '"', close: '"', escapes: USUAL };

export const go: Language = {
  lineComments: ['//'],
  blockComment: { open: '/*', close: '*/', nests: false },
  joins: ['+'],
  adjacent: false,
  percent: false,
  declares: true,
  valueHoles: false,
  literal: (reader) => {
    if (reader.startsWith('`')) return readQuoted(reader, RAW);
    return reader.startsWith('"') ? readQuoted(reader, STRING) : null;
  },
  skip: skipCharacter,
};
