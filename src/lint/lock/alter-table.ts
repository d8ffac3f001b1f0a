import type { AlterTableType, Node } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';
import { relationOf, type LintFacts, type LintRelation } from '../facts.ts';
import { addColumn, changeType, setExpression, setNotNull } from './column.ts';
import { addConstraint, alterConstraint } from './constraint.ts';
import { effect, NOTHING, strongest, UNKNOWN, type Effect, type Family } from './effect.ts';
import { alterIndex } from './indexes.ts';
import { optionNames } from './options.ts';
import { attachPartition, detachPartition } from './partition.ts';

type Command = FieldsOf<'AlterTableCmd'>;
type CommandEffect = (command: Command, table: LintRelation | undefined, facts: LintFacts) => Effect;

const always =
  (one: Effect): CommandEffect =>
  () =>
    one;
const ACCESS_EXCLUSIVE = always(effect('ACCESS EXCLUSIVE'));
const REWRITES = always(effect('ACCESS EXCLUSIVE', { work: 'rewrite' }));
const SHARE_ROW_EXCLUSIVE = always(effect('SHARE ROW EXCLUSIVE'));
const SHARE_UPDATE_EXCLUSIVE = always(effect('SHARE UPDATE EXCLUSIVE'));

/** By sub-command. What is not here the parser never makes. */
const COMMANDS: Readonly<Partial<Record<AlterTableType, CommandEffect>>> = {
  AT_AddColumn: ({ def }, _, facts) => addColumn(def, facts),
  AT_ColumnDefault: ACCESS_EXCLUSIVE,
  AT_DropNotNull: ACCESS_EXCLUSIVE,
  AT_SetNotNull: ({ name }, table) => setNotNull(name, table),
  AT_SetExpression: ({ name }, table) => setExpression(name, table),
  AT_DropExpression: ACCESS_EXCLUSIVE,
  AT_SetStatistics: SHARE_UPDATE_EXCLUSIVE,
  AT_SetOptions: SHARE_UPDATE_EXCLUSIVE,
  AT_ResetOptions: SHARE_UPDATE_EXCLUSIVE,
  AT_SetStorage: ACCESS_EXCLUSIVE,
  AT_SetCompression: ACCESS_EXCLUSIVE,
  AT_DropColumn: ACCESS_EXCLUSIVE,
  AT_AddConstraint: ({ def }, table) => addConstraint(def, table),
  AT_AlterConstraint: ({ def }) => alterConstraint(def),
  AT_ValidateConstraint: always(
    effect('SHARE UPDATE EXCLUSIVE', {
      work: 'scan',
      note: 'of a foreign key also ROW SHARE on the table that is referred to',
    }),
  ),
  AT_DropConstraint: always(effect('ACCESS EXCLUSIVE', { note: 'of a foreign key on both tables' })),
  AT_AlterColumnType: (command, table) => changeType(command, table),
  AT_AlterColumnGenericOptions: ACCESS_EXCLUSIVE,
  AT_ChangeOwner: ACCESS_EXCLUSIVE,
  AT_ClusterOn: SHARE_UPDATE_EXCLUSIVE,
  AT_DropCluster: SHARE_UPDATE_EXCLUSIVE,
  AT_SetLogged: REWRITES,
  AT_SetUnLogged: REWRITES,
  AT_SetAccessMethod: REWRITES,
  AT_SetTableSpace: REWRITES,
  AT_SetRelOptions: ({ def }) => setOptions(def),
  AT_ResetRelOptions: ({ def }) => setOptions(def),
  AT_EnableTrig: SHARE_ROW_EXCLUSIVE,
  AT_EnableAlwaysTrig: SHARE_ROW_EXCLUSIVE,
  AT_EnableReplicaTrig: SHARE_ROW_EXCLUSIVE,
  AT_DisableTrig: SHARE_ROW_EXCLUSIVE,
  AT_EnableTrigAll: SHARE_ROW_EXCLUSIVE,
  AT_DisableTrigAll: SHARE_ROW_EXCLUSIVE,
  AT_EnableTrigUser: SHARE_ROW_EXCLUSIVE,
  AT_DisableTrigUser: SHARE_ROW_EXCLUSIVE,
  AT_EnableRule: ACCESS_EXCLUSIVE,
  AT_EnableAlwaysRule: ACCESS_EXCLUSIVE,
  AT_EnableReplicaRule: ACCESS_EXCLUSIVE,
  AT_DisableRule: ACCESS_EXCLUSIVE,
  AT_AddInherit: always(
    effect('ACCESS EXCLUSIVE', { note: 'on the child; SHARE UPDATE EXCLUSIVE on the parent' }),
  ),
  AT_DropInherit: ACCESS_EXCLUSIVE,
  AT_AddOf: ACCESS_EXCLUSIVE,
  AT_DropOf: ACCESS_EXCLUSIVE,
  AT_ReplicaIdentity: ACCESS_EXCLUSIVE,
  AT_EnableRowSecurity: ACCESS_EXCLUSIVE,
  AT_DisableRowSecurity: ACCESS_EXCLUSIVE,
  AT_ForceRowSecurity: ACCESS_EXCLUSIVE,
  AT_NoForceRowSecurity: ACCESS_EXCLUSIVE,
  AT_GenericOptions: ACCESS_EXCLUSIVE,
  AT_AttachPartition: ({ def }, table) => attachPartition(def, table),
  AT_DetachPartition: ({ def }) => detachPartition(def),
  AT_DetachPartitionFinalize: always(
    effect('ACCESS EXCLUSIVE', { note: 'on the partition; SHARE UPDATE EXCLUSIVE on the parent' }),
  ),
  AT_AddIdentity: ACCESS_EXCLUSIVE,
  AT_SetIdentity: ACCESS_EXCLUSIVE,
  AT_DropIdentity: ACCESS_EXCLUSIVE,
};

/** ALTER TABLE, and what the parser hands out under its name: ALTER INDEX, VIEW, SEQUENCE, MATERIALIZED VIEW, TYPE. */
export const ALTER_STATEMENTS: Family = {
  AlterTableStmt(statement, facts) {
    const { relation, cmds = [], objtype } = statement;
    if (objtype === 'OBJECT_INDEX') return alterIndex(statement);
    if (objtype === 'OBJECT_TYPE') return alterType(cmds);
    const table = relationOf(facts, relation);
    return strongest(cmds.map((cmd) => effectOfCommand(cmd, table, facts)));
  },

  AlterTableMoveAllStmt: ({ objtype }) =>
    objtype === 'OBJECT_INDEX'
      ? effect(null, { indexLock: 'ACCESS EXCLUSIVE', work: 'rewrite' })
      : effect('ACCESS EXCLUSIVE', { work: 'rewrite' }),
};

function effectOfCommand(cmd: Node, table: LintRelation | undefined, facts: LintFacts): Effect {
  if (!('AlterTableCmd' in cmd)) return UNKNOWN;
  const { subtype } = cmd.AlterTableCmd;
  const known = subtype === undefined ? undefined : COMMANDS[subtype];
  return known === undefined ? UNKNOWN : known(cmd.AlterTableCmd, table, facts);
}

/** Changing a composite type changes the tables of that type, if there are some. */
function alterType(cmds: readonly Node[]): Effect {
  const cascades = cmds.some(
    (cmd) => 'AlterTableCmd' in cmd && cmd.AlterTableCmd.behavior === 'DROP_CASCADE',
  );
  return cascades ? UNKNOWN : NOTHING;
}

/** Storage parameters that the server changes under the strongest lock; all others take SHARE UPDATE EXCLUSIVE. */
const STRONG_OPTIONS: ReadonlySet<string> = new Set([
  'user_catalog_table',
  'security_barrier',
  'security_invoker',
  'check_option',
]);

function setOptions(def: Node | undefined): Effect {
  return optionNames(def).some((name) => STRONG_OPTIONS.has(name))
    ? effect('ACCESS EXCLUSIVE')
    : effect('SHARE UPDATE EXCLUSIVE');
}
