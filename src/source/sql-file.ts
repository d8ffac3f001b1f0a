import { highestParameter } from '../sql/parameters.ts';
import type { FoundStatement } from './found-statement.ts';
import { lineIndex } from './line-index.ts';
import { readStatement } from './placeholders.ts';
import { beginsAsStatement } from './plausible.ts';
import { splitStatements } from './split.ts';

/** sqlc, aiosql, HugSQL and PugSQL name a query in the comment before it. */
const NAME = /--\s*:?name:?\s+([A-Za-z_][\w-]*)/g;

/** The queries and changes of data of a `.sql` file; its other statements are passed over. Needs `loadParser()` before. */
export function statementsOfSqlFile(source: string): readonly FoundStatement[] {
  const lineAt = lineIndex(source);
  return splitStatements(source).flatMap((part) => {
    const read = beginsAsStatement(part.sql) ? readStatement(part.sql, false) : null;
    if (read === null) return [];
    const name = [...part.comments.matchAll(NAME)].at(-1)?.[1];
    return [
      {
        sql: read.sql,
        line: lineAt(part.start),
        lastLine: lineAt(part.end),
        how: 'file' as const,
        placeholders: highestParameter(read.tree),
        dynamic: false,
        names: name === undefined ? [] : [name],
      },
    ];
  });
}
