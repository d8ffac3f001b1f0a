import type { LogFormat } from '../record.ts';

/** Columns of a record, from 0, as PostgreSQL's documentation lists them ("Using CSV-Format Log Output"). */
const SEVERITY = 11;
const MESSAGE = 13;
const DETAIL = 14;
const APPLICATION = 22;

const BEGINNING = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [\w+:-]+,/;
/** One value and what ends it. Doubled quotes stand for one. */
const VALUE = /(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(?:,|$)/y;

/** `csvlog`: values may have line breaks in them. */
export const csv: LogFormat = {
  begins: (line) => BEGINNING.test(line),
  togglesQuote: (line) => (line.split('"').length - 1) % 2 === 1,
  read(lines) {
    const values = valuesOf(lines.join('\n'));
    const [message, detail, application] = [MESSAGE, DETAIL, APPLICATION].map((at) => values[at]);
    if (values[SEVERITY] !== 'LOG' || message === undefined) return null;
    if (detail === undefined || application === undefined) return null;
    return { message, detail, application };
  },
};

/** As many as are read. */
function valuesOf(text: string): string[] {
  const values: string[] = [];
  VALUE.lastIndex = 0;
  while (values.length <= APPLICATION) {
    const match = VALUE.exec(text);
    if (match === null) break;
    values.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (VALUE.lastIndex >= text.length) break;
  }
  return values;
}
