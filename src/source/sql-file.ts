import { highestParameter } from '../sql/parameters.ts';
import type { FoundStatement } from './found-statement.ts';
import { lineIndex } from './line-index.ts';
import { readStatement } from './placeholders.ts';
import { beginsAsStatement, type Sought } from './plausible.ts';
import { splitStatements } from './split.ts';

/** sqlc, aiosql, HugSQL and PugSQL name a query in the comment before it. */
const NAME = /--\s*:?name:?\s+([A-Za-z_][\w-]*)/g;

/** The statements of a `.sql` file that are looked for; its others are passed over. Needs `loadParser()` before. */
export function statementsOfSqlFile(source: string, sought: Sought): readonly FoundStatement[] {
  const lineAt = lineIndex(source);
  return splitStatements(source).flatMap((part) => {
    const read = beginsAsStatement(part.sql, sought) ? readStatement(part.sql, false) : null;
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
