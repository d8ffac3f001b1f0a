import type { Migration, MigrationDraft } from './format.ts';
import { downSql, upSql } from './text.ts';

/** One file up and one down, as plain SQL. */
export function pair(
  format: string,
  folder: string,
  name: string,
  draft: MigrationDraft,
  header: string,
): Migration {
  const upPath = `${folder}/${name}.up.sql`;
  const downPath = `${folder}/${name}.down.sql`;
  const upText = header + upSql(draft);
  return {
    format,
    name,
    steps: draft.steps,
    files: [
      { path: upPath, text: upText },
      { path: downPath, text: header + downSql(draft) },
    ],
    upPath,
    upText,
    downPath,
    byHand: false,
    note: null,
  };
}
