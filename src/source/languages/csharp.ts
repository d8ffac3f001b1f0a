import { USUAL } from '../escapes.ts';
import type { Language } from '../language.ts';
import { lexHole } from '../lex.ts';
import { PLAIN, readQuoted } from '../quoted.ts';
import type { Reader } from '../reader.ts';
import type { Hole } from '../token.ts';
import { java } from './java.ts';

const RAW = /(\$*)("{3,})/y;
const OPENING = /(\$@|@\$|[$@])?"/y;

export const csharp: Language = {
  ...java,
  literal: (reader) => {
    const raw = reader.match(RAW);
    if (raw !== null) {
      const [open, dollars = '', close = ''] = raw;
      const hole = dollars === '' ? null : (inner: Reader) => rawInterpolation(inner, dollars.length);
      return readQuoted(reader, { ...PLAIN, open, close, multiline: true, hole });
    }
    const match = reader.match(OPENING);
    if (match === null) return null;
    const [open, prefix = ''] = match;
    const verbatim = prefix.includes('@');
    return readQuoted(reader, {
      ...PLAIN,
      open,
      close: '"',
      multiline: verbatim,
      doubled: verbatim,
      escapes: verbatim ? null : USUAL,
      hole: prefix.includes('$') ? interpolation : null,
    });
  },
};

/** As many braces as the text has dollar signs. */
function rawInterpolation(reader: Reader, braces: number): Hole | null {
  const hole = lexHole(reader, '{'.repeat(braces));
  const rest = '}'.repeat(braces - 1);
  if (hole !== null && reader.startsWith(rest)) reader.at += rest.length;
  return hole;
}

function interpolation(reader: Reader): Hole | string | null {
  for (const brace of ['{', '}']) {
    if (reader.startsWith(brace + brace)) {
      reader.at += 2;
      return brace;
    }
  }
  return lexHole(reader, '{');
}
