import { relationOf } from '../facts.ts';
import { effect, NOTHING, type Effect, type Family } from './effect.ts';
import { isOn } from './options.ts';
import type { FieldsOf } from '../../sql/walk.ts';

const PLANNING_OPENS_INDEXES = 'planning opens every index, so queries of the table wait too';

/** CREATE INDEX and REINDEX. */
export const INDEX_STATEMENTS: Family = {
  IndexStmt({ concurrent, relation }, facts) {
    if (concurrent === true)
      return effect('SHARE UPDATE EXCLUSIVE', {
        work: 'scan',
        inTransaction: false,
        note: 'two scans; waits for every older snapshot of the database',
      });
    const isParent = relationOf(facts, relation)?.kind === 'partitioned-table';
    // ON ONLY of a partitioned table makes an invalid index that its partitions' indexes complete.
    return effect('SHARE', { work: relation?.inh !== true && isParent ? 'none' : 'scan' });
  },

  ReindexStmt({ kind, relation, params }, facts) {
    const concurrently = isOn(params, 'concurrently');
    const found = relationOf(facts, relation);
    const isSeveral =
      (kind !== 'REINDEX_OBJECT_TABLE' && kind !== 'REINDEX_OBJECT_INDEX') ||
      found?.kind === 'partitioned-table' ||
      found?.kind === 'partitioned-index';
    if (concurrently)
      return effect('SHARE UPDATE EXCLUSIVE', {
        indexLock: 'SHARE UPDATE EXCLUSIVE',
        work: 'scan',
        inTransaction: false,
      });
    return effect('SHARE', {
      indexLock: 'ACCESS EXCLUSIVE',
      work: 'scan',
      inTransaction: !isSeveral,
      note: PLANNING_OPENS_INDEXES,
    });
  },
};

/** ALTER INDEX: the parser hands it out as ALTER TABLE. */
export function alterIndex({ cmds = [] }: FieldsOf<'AlterTableStmt'>): Effect {
  const subtypes = cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd.subtype] : []));
  if (subtypes.includes('AT_AttachPartition'))
    return effect('ACCESS SHARE', {
      indexLock: 'ACCESS EXCLUSIVE',
      note: 'ACCESS EXCLUSIVE on the index that is attached',
    });
  if (subtypes.some((subtype) => subtype !== undefined && WEAK.has(subtype)))
    return effect(null, { indexLock: 'SHARE UPDATE EXCLUSIVE' });
  if (subtypes.length === 0) return NOTHING;
  return effect(null, { indexLock: 'ACCESS EXCLUSIVE', note: PLANNING_OPENS_INDEXES });
}

/** Sub-commands of ALTER INDEX that leave its contents alone. */
const WEAK: ReadonlySet<string> = new Set(['AT_SetRelOptions', 'AT_ResetRelOptions', 'AT_SetStatistics']);
