import { quoteLiteral } from '../../sql/quote.ts';
import type { Session } from '../session.ts';

/** How a database encodes and sorts texts, as options of CREATE DATABASE. */
export async function readLocaleOptions(session: Session): Promise<string> {
  const [row] = await session.query<LocaleRow>(
    `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datcollate AS collate, datctype AS ctype,
            datlocale AS locale, daticurules AS rules
       FROM pg_database WHERE datname = current_database()`,
  );
  if (row === undefined) throw new Error('pg_database has no row for the current database');
  const provider = { i: 'icu', b: 'builtin' }[row.provider] ?? 'libc';
  const own = provider === 'icu' ? 'ICU_LOCALE' : 'BUILTIN_LOCALE';
  return [
    `ENCODING ${quoteLiteral(row.encoding)} LOCALE_PROVIDER ${provider}`,
    `LC_COLLATE ${quoteLiteral(row.collate)} LC_CTYPE ${quoteLiteral(row.ctype)}`,
    ...(row.locale === null ? [] : [`${own} ${quoteLiteral(row.locale)}`]),
    ...(row.rules === null ? [] : [`ICU_RULES ${quoteLiteral(row.rules)}`]),
  ].join(' ');
}

interface LocaleRow {
  readonly encoding: string;
  readonly provider: string;
  readonly collate: string;
  readonly ctype: string;
  readonly locale: string | null;
  readonly rules: string | null;
}
