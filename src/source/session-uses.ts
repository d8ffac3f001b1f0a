import { bindNamed } from '../sql/parameters.ts';
import { statementsOrNone } from '../sql/parse.ts';
import { sessionFeatures, type FoundFeature } from '../sql/session-features.ts';
import { findStatements } from './find.ts';

/** A feature of a session that a program uses, with the line of the statement. */
export interface SourceUse extends FoundFeature {
  /** From 1. */
  readonly line: number;
}

/**
 * The statements in a source file that leave something in their session. A text that a program puts together counts by
 * what of it is there. Whatever the text is, nothing is thrown. Needs `loadParser()` before.
 * @param extension with or without its dot
 */
export function findSessionUses(source: string, extension: string): readonly SourceUse[] {
  return findStatements(source, { extension, lines: null, sought: 'session' }).flatMap(({ sql, line }) =>
    statementsOrNone(bindNamed(sql, bindNamed(sql, []).unknown).sql).flatMap((statement) =>
      sessionFeatures(statement.tree, statement.sql).map((feature) => ({ ...feature, line })),
    ),
  );
}
