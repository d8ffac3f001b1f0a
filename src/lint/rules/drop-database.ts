import type { LintRule } from '../rule.ts';

export const dropDatabase: LintRule = {
  name: 'drop-database',
  summary: 'dropping a database or schema cannot be undone',

  find({ tree }) {
    const isSchema = 'DropStmt' in tree && tree.DropStmt.removeType === 'OBJECT_SCHEMA';
    return isSchema || 'DropdbStmt' in tree
      ? [
          {
            message: `everything in the ${isSchema ? 'schema' : 'database'} is gone for good`,
            instead:
              'take a backup and read it back once; revoke the right to connect or to use it first, and see that nobody misses it',
          },
        ]
      : [];
  },
};
