import { USUAL } from '../escapes.ts';
import type { Language } from '../language.ts';
import { lexHole } from '../lex.ts';
import { PLAIN, readQuoted, type Quote } from '../quoted.ts';
import { skipRegex } from '../regex.ts';

const STRING = { ...PLAIN, escapes: USUAL };
const QUOTES: readonly Quote[] = [
  { ...STRING, open: "'", close: "'" },
  { ...STRING, open: '"', close: '"' },
  {
    ...STRING,
    open: '`',
    close: '`',
    multiline: true,
    template: true,
    hole: (reader) => lexHole(reader, '${'),
  },
];

/** JavaScript and TypeScript, with JSX. */
export const javascript: Language = {
  lineComments: ['//'],
  blockComment: { open: '/*', close: '*/', nests: false },
  joins: ['+'],
  adjacent: false,
  percent: false,
  declares: true,
  valueHoles: true,
  literal: (reader) => {
    const quote = QUOTES.find(({ open }) => reader.startsWith(open));
    return quote === undefined ? null : readQuoted(reader, quote);
  },
  skip: skipRegex,
};
