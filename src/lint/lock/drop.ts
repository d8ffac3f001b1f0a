import type { ObjectType } from '@pgsql/types';
import { effect, NOTHING, UNKNOWN, type Effect, type Family } from './effect.ts';

const ACCESS_EXCLUSIVE = effect('ACCESS EXCLUSIVE');

/** By what is dropped. What is not here holds no tables, unless it cascades to them. */
const DROPPED: Readonly<Partial<Record<ObjectType, Effect>>> = {
  OBJECT_TABLE: effect('ACCESS EXCLUSIVE', {
    note: 'also on the parent of a partition and on the other side of its foreign keys',
  }),
  OBJECT_FOREIGN_TABLE: ACCESS_EXCLUSIVE,
  OBJECT_VIEW: ACCESS_EXCLUSIVE,
  OBJECT_MATVIEW: ACCESS_EXCLUSIVE,
  OBJECT_SEQUENCE: ACCESS_EXCLUSIVE,
  OBJECT_INDEX: effect('ACCESS EXCLUSIVE', { indexLock: 'ACCESS EXCLUSIVE' }),
  OBJECT_TRIGGER: ACCESS_EXCLUSIVE,
  OBJECT_RULE: ACCESS_EXCLUSIVE,
  OBJECT_POLICY: ACCESS_EXCLUSIVE,
  OBJECT_STATISTIC_EXT: effect('SHARE UPDATE EXCLUSIVE'),
  OBJECT_EXTENSION: UNKNOWN,
};

/** DROP of anything, and TRUNCATE. */
export const DROP_STATEMENTS: Family = {
  DropStmt({ removeType, concurrent, behavior }) {
    if (concurrent === true)
      return effect('SHARE UPDATE EXCLUSIVE', {
        indexLock: 'SHARE UPDATE EXCLUSIVE',
        inTransaction: false,
        note: 'waits for every transaction that may still use the index',
      });
    const known = removeType === undefined ? undefined : DROPPED[removeType];
    return known ?? (behavior === 'DROP_CASCADE' ? UNKNOWN : NOTHING);
  },

  TruncateStmt: () =>
    effect('ACCESS EXCLUSIVE', {
      work: 'none',
      note: 'new empty files; with CASCADE also of every table that refers to it',
    }),

  DropOwnedStmt: () => UNKNOWN,
};
