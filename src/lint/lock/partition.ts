import type { Node } from '@pgsql/types';
import type { LintRelation } from '../facts.ts';
import { effect, type Effect } from './effect.ts';

/** ATTACH PARTITION: the parent's readers and writers go on. */
export function attachPartition(def: Node | undefined, parent: LintRelation | undefined): Effect {
  const isDefault = def !== undefined && 'PartitionCmd' in def && def.PartitionCmd.bound?.is_default === true;
  const meetsDefault = !isDefault && (parent?.hasDefaultPartition ?? true);
  const others = meetsDefault ? ', and on the default partition, which is scanned' : '';
  const ifAny = meetsDefault && parent === undefined ? ', if there is one' : '';
  return effect('ACCESS EXCLUSIVE', {
    work: 'scan',
    note: `on the table that is attached${others}${ifAny}; SHARE UPDATE EXCLUSIVE on the parent`,
  });
}

/** DETACH PARTITION. CONCURRENTLY works in two transactions; the documentation names the locks of the second. */
export function detachPartition(def: Node | undefined): Effect {
  const concurrently = def !== undefined && 'PartitionCmd' in def && def.PartitionCmd.concurrent === true;
  return concurrently
    ? effect('ACCESS EXCLUSIVE', {
        inTransaction: false,
        note: 'on the partition, at the end; SHARE UPDATE EXCLUSIVE on the parent',
      })
    : effect('ACCESS EXCLUSIVE', { note: 'on the parent and the partition' });
}
