import type { LintRule } from '../rule.ts';

export const ifNotExistsHidesInvalid: LintRule = {
  name: 'if-not-exists-hides-invalid',
  summary: '`CREATE INDEX IF NOT EXISTS` succeeds where an invalid or another index has the name',

  find({ tree }) {
    if (!('IndexStmt' in tree) || tree.IndexStmt.if_not_exists !== true) return [];
    return [
      {
        message:
          'where an index of that name is left INVALID by a failed build, or has other columns, this succeeds and builds nothing; a unique one then enforces nothing',
        instead:
          'leave IF NOT EXISTS out; before and after, compare pg_index.indisvalid and pg_get_indexdef() with what is wanted',
      },
    ];
  },
};
