import type { LintRule } from '../rule.ts';

export const wideIndex: LintRule = {
  name: 'wide-index',
  summary: 'an index over more than three columns costs every write and rarely serves more',

  find({ tree, context: { runner } }) {
    // What pitstop proposes was measured against narrower ones.
    if (runner === 'pitstop' || !('IndexStmt' in tree) || tree.IndexStmt.unique === true) return [];
    const { indexParams = [] } = tree.IndexStmt;
    return indexParams.length > MOST_COLUMNS
      ? [
          {
            message: `${indexParams.length} key columns: each write keeps them up to date, and rows are rarely narrowed further by the later ones`,
            instead: 'the columns that narrow the rows down first; what is only returned goes into INCLUDE',
          },
        ]
      : [];
  },
};

const MOST_COLUMNS = 3;
