import type { AlterTableType, ObjectType } from '@pgsql/types';
import type { TouchAction } from './object.ts';

interface Command {
  /** What the sub-command names. */
  readonly kind: ObjectType;
  readonly action: TouchAction;
}

const column = (action: TouchAction): Command => ({ kind: 'OBJECT_COLUMN', action });
const constraint = (action: TouchAction): Command => ({ kind: 'OBJECT_TABCONSTRAINT', action });
const trigger: Command = { kind: 'OBJECT_TRIGGER', action: 'alter' };
const rule: Command = { kind: 'OBJECT_RULE', action: 'alter' };
const index: Command = { kind: 'OBJECT_INDEX', action: 'alter' };

/** The sub-commands of `ALTER TABLE` that name something beside the table. */
export const ALTER_TABLE_COMMANDS: Partial<Record<AlterTableType, Command>> = {
  AT_AddColumn: column('create'),
  AT_DropColumn: column('drop'),
  AT_ColumnDefault: column('alter'),
  AT_DropNotNull: column('alter'),
  AT_SetNotNull: column('alter'),
  AT_SetExpression: column('alter'),
  AT_DropExpression: column('alter'),
  AT_SetStatistics: column('alter'),
  AT_SetOptions: column('alter'),
  AT_ResetOptions: column('alter'),
  AT_SetStorage: column('alter'),
  AT_SetCompression: column('alter'),
  AT_AlterColumnType: column('alter'),
  AT_AlterColumnGenericOptions: column('alter'),
  AT_AddIdentity: column('alter'),
  AT_SetIdentity: column('alter'),
  AT_DropIdentity: column('alter'),
  AT_AddConstraint: constraint('create'),
  AT_AlterConstraint: constraint('alter'),
  AT_ValidateConstraint: constraint('alter'),
  AT_DropConstraint: constraint('drop'),
  AT_EnableTrig: trigger,
  AT_EnableAlwaysTrig: trigger,
  AT_EnableReplicaTrig: trigger,
  AT_DisableTrig: trigger,
  AT_EnableRule: rule,
  AT_EnableAlwaysRule: rule,
  AT_EnableReplicaRule: rule,
  AT_DisableRule: rule,
  AT_ClusterOn: index,
  AT_ReplicaIdentity: index,
};
