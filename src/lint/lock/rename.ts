import type { ObjectType } from '@pgsql/types';
import { effect, NOTHING, UNKNOWN, type Effect, type Family } from './effect.ts';

const ACCESS_EXCLUSIVE = effect('ACCESS EXCLUSIVE');
const SHARE_UPDATE_EXCLUSIVE = effect('SHARE UPDATE EXCLUSIVE');

const RELATIONS: ReadonlySet<ObjectType> = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
]);

/** Parts of a table, named by the table and their own name. */
const PARTS: ReadonlySet<ObjectType> = new Set<ObjectType>([
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_RULE',
  'OBJECT_POLICY',
]);

/** RENAME, SET SCHEMA, COMMENT, SECURITY LABEL, DEPENDS ON EXTENSION. */
export const RENAME_STATEMENTS: Family = {
  RenameStmt({ renameType, relationType }) {
    if (renameType === 'OBJECT_INDEX') return effect(null, { indexLock: 'SHARE UPDATE EXCLUSIVE' });
    if (renameType === undefined) return UNKNOWN;
    const isOfTable =
      RELATIONS.has(renameType) ||
      PARTS.has(renameType) ||
      (renameType === 'OBJECT_COLUMN' && relationType !== 'OBJECT_TYPE');
    return isOfTable ? ACCESS_EXCLUSIVE : NOTHING;
  },

  AlterObjectSchemaStmt({ objectType }) {
    if (objectType === undefined || objectType === 'OBJECT_EXTENSION') return UNKNOWN;
    return RELATIONS.has(objectType) ? ACCESS_EXCLUSIVE : NOTHING;
  },

  AlterObjectDependsStmt: ({ objectType }) => {
    if (objectType === 'OBJECT_INDEX') return effect(null, { indexLock: 'ACCESS EXCLUSIVE' });
    return objectType === 'OBJECT_MATVIEW' ? ACCESS_EXCLUSIVE : UNKNOWN;
  },

  CommentStmt: ({ objtype }) => described(objtype),
  SecLabelStmt: ({ objtype }) => described(objtype),
};

function described(type: ObjectType | undefined): Effect {
  if (type === undefined) return UNKNOWN;
  if (type === 'OBJECT_INDEX') return effect(null, { indexLock: 'SHARE UPDATE EXCLUSIVE' });
  if (RELATIONS.has(type) || type === 'OBJECT_COLUMN') return SHARE_UPDATE_EXCLUSIVE;
  return PARTS.has(type) ? effect('ACCESS SHARE') : NOTHING;
}
