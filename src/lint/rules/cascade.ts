import type { LintRule } from '../rule.ts';

export const cascade: LintRule = {
  name: 'cascade',
  summary: '`CASCADE` drops whatever depends on it, which the text does not say',

  find({ tree }) {
    const drops =
      ('DropStmt' in tree && tree.DropStmt.behavior === 'DROP_CASCADE') ||
      ('DropOwnedStmt' in tree && tree.DropOwnedStmt.behavior === 'DROP_CASCADE') ||
      ('AlterDomainStmt' in tree && tree.AlterDomainStmt.behavior === 'DROP_CASCADE') ||
      ('AlterTableStmt' in tree &&
        (tree.AlterTableStmt.cmds ?? []).some(
          (cmd) => 'AlterTableCmd' in cmd && cmd.AlterTableCmd.behavior === 'DROP_CASCADE',
        ));
    return drops
      ? [
          {
            message:
              'views, foreign keys, columns, functions and whatever else depends on it are dropped too, under locks on their tables',
            instead: 'without CASCADE the server lists what depends on it (2BP01); drop that by name first',
          },
        ]
      : [];
  },
};
