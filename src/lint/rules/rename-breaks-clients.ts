import type { ObjectType } from '@pgsql/types';
import type { Found, LintRule } from '../rule.ts';

export const renameBreaksClients: LintRule = {
  name: 'rename-breaks-clients',
  summary: 'a rename breaks every program that still uses the old name',

  find({ tree, before }) {
    if ('AlterObjectSchemaStmt' in tree) {
      const { objectType, relation } = tree.AlterObjectSchemaStmt;
      return objectType === 'OBJECT_TABLE' && !before.isNew(relation)
        ? [found('SET SCHEMA', 'in the old schema')]
        : [];
    }
    if ('AlterEnumStmt' in tree)
      return tree.AlterEnumStmt.oldVal === undefined ? [] : [found('RENAME VALUE', 'of the old label')];
    if (!('RenameStmt' in tree)) return [];
    const { renameType, relation } = tree.RenameStmt;
    const what = renameType === undefined ? undefined : RENAMED[renameType];
    return what === undefined || before.isNew(relation) ? [] : [found('RENAME', what)];
  },
};

/** What people and programs know by its name. */
const RENAMED: Readonly<Partial<Record<ObjectType, string>>> = {
  OBJECT_TABLE: 'of the old name',
  OBJECT_VIEW: 'of the old name',
  OBJECT_MATVIEW: 'of the old name',
  OBJECT_COLUMN: 'of the old column',
  OBJECT_SCHEMA: 'in the old schema',
  OBJECT_SEQUENCE: 'of the old name',
  OBJECT_FUNCTION: 'of the old function',
};

function found(action: string, user: string): Found {
  return {
    message: `${action}: every user ${user} fails from then on, until all programs have changed at the same moment`,
    instead:
      'add the new name beside (a column that is written too, a view of the old name), move the programs, remove the old one later',
  };
}
