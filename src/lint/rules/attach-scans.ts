import { relationOf } from '../facts.ts';
import { commandsOf, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const attachScans: LintRule = {
  name: 'attach-scans',
  summary: '`ATTACH PARTITION` reads the new partition and the default partition under ACCESS EXCLUSIVE',

  find({ tree, before, context: { facts } }) {
    return commandsOf(tree).flatMap(({ table, command: { subtype, def } }) => {
      if (
        subtype !== 'AT_AttachPartition' ||
        def === undefined ||
        !('PartitionCmd' in def) ||
        before.isNew(table)
      )
        return [];
      const { name: child, bound } = def.PartitionCmd;
      if (child === undefined) return [];
      const known = relationOf(facts, child);
      const isReadable =
        !before.isNew(child) &&
        known?.isEmpty !== true &&
        known?.constraints.some(({ type, validated }) => type === 'check' && validated) !== true;
      const parent = relationOf(facts, table);
      const meetsDefault = bound?.is_default !== true && parent?.hasDefaultPartition === true;
      if (!isReadable && !meetsDefault) return [];
      const read = [
        ...(isReadable ? [relationName(child)] : []),
        ...(meetsDefault ? ['the default partition'] : []),
      ].join(' and ');
      const missing = isReadable ? `, and indexes that ${relationName(child)} lacks are built` : '';
      return [
        {
          message: `ACCESS EXCLUSIVE on ${read} while all of it is read${missing}, unless a CHECK shows that every row fits`,
          instead: `first ALTER TABLE ${relationName(child)} ADD CONSTRAINT … CHECK (the bounds of the partition) NOT VALID and VALIDATE CONSTRAINT${meetsDefault ? ', and on the default partition a CHECK that excludes them' : ''}; build the parent's indexes on it`,
        },
      ];
    });
  },
};
