import { KEEPING } from '../escapes.ts';
import type { Language } from '../language.ts';
import { lexHole } from '../lex.ts';
import { PLAIN, readQuoted } from '../quoted.ts';
import type { Reader } from '../reader.ts';
import type { Hole } from '../token.ts';

const OPENING = /([rRbBuUfFtT]{0,2})('''|"""|'|")/y;

export const python: Language = {
  lineComments: ['#'],
  blockComment: null,
  joins: ['+'],
  adjacent: true,
  percent: true,
  declares: false,
  valueHoles: false,
  literal: (reader) => {
    const match = reader.match(OPENING);
    if (match === null) return null;
    const [open, prefix = '', close = ''] = match;
    return readQuoted(reader, {
      ...PLAIN,
      open,
      close,
      multiline: close.length === 3,
      escapes: /r/i.test(prefix) ? { ...KEEPING, only: '' } : KEEPING,
      hole: /[ft]/i.test(prefix) ? hole : null,
    });
  },
  skip: () => false,
};

function hole(reader: Reader): Hole | string | null {
  for (const brace of ['{', '}']) {
    if (reader.startsWith(brace + brace)) {
      reader.at += 2;
      return brace;
    }
  }
  return lexHole(reader, '{');
}
