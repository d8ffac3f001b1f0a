import type { LineRange } from '../task/input.ts';
import { candidatesIn, fragmentNames } from './candidates.ts';
import type { FoundStatement } from './found-statement.ts';
import type { Language } from './language.ts';
import { languageOf } from './languages/index.ts';
import { lex } from './lex.ts';
import { lineIndex } from './line-index.ts';
import { namesAround } from './outline.ts';
import { overlaps } from './overlaps.ts';
import { readCandidate } from './read-candidate.ts';
import type { Sought } from './plausible.ts';
import { Reader } from './reader.ts';
import { statementsOfSqlFile } from './sql-file.ts';

export interface FindOptions {
  /** Of the file, with or without its dot: `ts`, `.py`. */
  readonly extension: string;
  /** Only statements that share a line with it. */
  readonly lines: LineRange | null;
  /** By default those that read or write rows. */
  readonly sought?: Sought;
}

/**
 * The statements in the text of a source file, in the order of the file. An extension that is not in
 * `SOURCE_EXTENSIONS` has none. Whatever the text is, nothing is thrown. Needs `loadParser()` before.
 */
export function findStatements(source: string, options: FindOptions): readonly FoundStatement[] {
  const text = source.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const extension = options.extension.replace(/^\./, '').toLowerCase();
  const { sought = 'rows' } = options;
  const inRange = (found: { line: number; lastLine: number }): boolean => overlaps(found, options.lines);
  if (extension === 'sql') return statementsOfSqlFile(text, sought).filter(inRange);
  const language = languageOf(extension);
  return language === null ? [] : statementsOfProgram(text, language, sought, inRange);
}

function statementsOfProgram(
  source: string,
  language: Language,
  sought: Sought,
  inRange: (found: { line: number; lastLine: number }) => boolean,
): readonly FoundStatement[] {
  const tokens = lex(new Reader(source, language));
  const lineAt = lineIndex(source);
  const fragments = fragmentNames(tokens);
  const read = candidatesIn(tokens, language, sought).flatMap((candidate) => {
    const place = { line: lineAt(candidate.start), lastLine: lineAt(candidate.end - 1) };
    if (!inRange(place)) return [];
    return readCandidate(candidate, language, fragments, sought).map((statement) => ({
      candidate,
      place,
      statement,
    }));
  });
  if (read.length === 0) return [];
  const names = namesAround(source, tokens, new Set(read.map(({ candidate }) => candidate.anchor)));
  return read.map(({ candidate, place, statement }) => ({
    ...statement,
    ...place,
    how: candidate.how,
    names: names.get(candidate.anchor) ?? [],
  }));
}
