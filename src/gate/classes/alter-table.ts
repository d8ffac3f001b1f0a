import type { AlterTableCmd, AlterTableType } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';
import { as, together, type Classified, type Place, type Rules, type StatementClass } from './class.ts';
import { added, computed, constrains } from './column.ts';
import { runsProgram } from './create-table.ts';
import { effectsIn } from './expression.ts';
import { optionsOf } from './option.ts';
import { ownSchema } from './system-schema.ts';

/** ALTER TABLE, INDEX, VIEW, SEQUENCE, TYPE and the like: each sub-command by itself, the strictest decides. */
export const alterTable: Rules = {
  AlterTableStmt: (alter, place) =>
    together(
      as('additive', 'changes a table'),
      ...ownSchema(alter.relation?.schemaname),
      ...(alter.objtype === 'OBJECT_FOREIGN_TABLE'
        ? [as('opaque', 'a foreign table reaches another server or a file')]
        : []),
      ...(alter.cmds ?? []).map((node) =>
        'AlterTableCmd' in node
          ? subCommand(node.AlterTableCmd, alter.objtype, place)
          : as('opaque', 'a part of ALTER TABLE is not looked into'),
      ),
    ),
  AlterTableMoveAllStmt: () => as('rewrite', 'moves every table of a tablespace'),
};

type Objtype = FieldsOf<'AlterTableStmt'>['objtype'];

type Decision = readonly [StatementClass, string];

/** Every sub-command of PostgreSQL 18. Those marked internal are made by the server, never by its grammar. */
const SUB_COMMANDS: Readonly<Record<AlterTableType, Decision>> = {
  AT_AddColumn: ['additive', 'adds a column'],
  AT_AddColumnToView: ['opaque', 'internal'],
  AT_ColumnDefault: ['additive', 'sets a default for rows to come'],
  AT_CookedColumnDefault: ['opaque', 'internal'],
  AT_DropNotNull: ['destructive', 'DROP NOT NULL loses a guarantee'],
  AT_SetNotNull: [
    'locking',
    'checks every row while everybody waits; NOT VALID and VALIDATE CONSTRAINT do not',
  ],
  AT_SetExpression: ['rewrite', 'computes a generated column anew'],
  AT_DropExpression: ['destructive', 'DROP EXPRESSION loses how a column is generated'],
  AT_SetStatistics: ['additive', 'sets how much of a column is sampled'],
  AT_SetOptions: ['additive', 'sets what the planner assumes of a column'],
  AT_ResetOptions: ['additive', 'resets what the planner assumes of a column'],
  AT_SetStorage: ['additive', 'sets how values to come are stored'],
  AT_SetCompression: ['additive', 'sets how values to come are compressed'],
  AT_DropColumn: ['destructive', 'DROP COLUMN loses its values'],
  AT_AddIndex: ['opaque', 'internal'],
  AT_ReAddIndex: ['opaque', 'internal'],
  AT_AddConstraint: ['additive', 'adds a constraint'],
  AT_ReAddConstraint: ['opaque', 'internal'],
  AT_ReAddDomainConstraint: ['opaque', 'internal'],
  AT_AlterConstraint: ['locking', 'changes a constraint while everybody waits'],
  AT_ValidateConstraint: ['additive', 'checks a constraint while the table is used'],
  AT_AddIndexConstraint: ['opaque', 'internal'],
  AT_DropConstraint: ['destructive', 'DROP CONSTRAINT loses a guarantee'],
  AT_ReAddComment: ['opaque', 'internal'],
  AT_AlterColumnType: ['rewrite', 'another type may rewrite the table and its indexes'],
  AT_AlterColumnGenericOptions: ['privilege', 'changes what a foreign table reaches'],
  AT_ChangeOwner: ['privilege', 'gives the table to another role'],
  AT_ClusterOn: ['additive', 'says which index a later CLUSTER would use'],
  AT_DropCluster: ['destructive', 'SET WITHOUT CLUSTER forgets an order'],
  AT_SetLogged: ['rewrite', 'SET LOGGED rewrites the table'],
  AT_SetUnLogged: ['rewrite', 'SET UNLOGGED rewrites the table, and a crash empties it'],
  AT_DropOids: ['destructive', 'SET WITHOUT OIDS loses a column'],
  AT_SetAccessMethod: ['rewrite', 'another access method rewrites the table'],
  AT_SetTableSpace: ['rewrite', 'another tablespace copies the table while everybody waits'],
  AT_SetRelOptions: ['additive', 'sets how the table is stored and vacuumed'],
  AT_ResetRelOptions: ['additive', 'resets how the table is stored and vacuumed'],
  AT_ReplaceRelOptions: ['opaque', 'internal'],
  AT_EnableTrig: ['opaque', 'a trigger runs code that is not shown'],
  AT_EnableAlwaysTrig: ['opaque', 'a trigger runs code that is not shown'],
  AT_EnableReplicaTrig: ['destructive', 'the trigger does not run any more in ordinary sessions'],
  AT_DisableTrig: ['destructive', 'DISABLE TRIGGER switches a guard off'],
  AT_EnableTrigAll: ['opaque', 'a trigger runs code that is not shown'],
  AT_DisableTrigAll: ['destructive', 'DISABLE TRIGGER switches a guard off'],
  AT_EnableTrigUser: ['opaque', 'a trigger runs code that is not shown'],
  AT_DisableTrigUser: ['destructive', 'DISABLE TRIGGER switches a guard off'],
  AT_EnableRule: ['opaque', 'a rule puts other statements in place of those written'],
  AT_EnableAlwaysRule: ['opaque', 'a rule puts other statements in place of those written'],
  AT_EnableReplicaRule: ['destructive', 'the rule does not hold any more in ordinary sessions'],
  AT_DisableRule: ['destructive', 'DISABLE RULE switches a rule off'],
  AT_AddInherit: ['locking', 'the rows appear in the parent'],
  AT_DropInherit: ['destructive', 'the rows disappear from the parent'],
  AT_AddOf: ['locking', 'binds the table to a type'],
  AT_DropOf: ['destructive', 'NOT OF loses the tie to a type'],
  AT_ReplicaIdentity: ['privilege', 'changes what subscribers are sent'],
  AT_EnableRowSecurity: ['privilege', 'changes who sees which rows'],
  AT_DisableRowSecurity: ['privilege', 'changes who sees which rows'],
  AT_ForceRowSecurity: ['privilege', 'changes who sees which rows'],
  AT_NoForceRowSecurity: ['privilege', 'changes who sees which rows'],
  AT_GenericOptions: ['privilege', 'changes what a foreign table reaches'],
  AT_AttachPartition: ['additive', 'attaches a partition'],
  AT_DetachPartition: ['destructive', 'the rows disappear from the parent'],
  AT_DetachPartitionFinalize: ['destructive', 'the rows disappear from the parent'],
  AT_AddIdentity: ['additive', 'numbers rows to come'],
  AT_SetIdentity: ['rewrite', 'changes how rows are numbered'],
  AT_DropIdentity: ['destructive', 'DROP IDENTITY loses how rows are numbered'],
  AT_ReAddStatistics: ['opaque', 'internal'],
};

/** Storage parameters that take no lock against readers and writers; others change what a relation means. */
const STORAGE =
  /^(?:(?:toast\.)?(?:autovacuum|vacuum)_\w+|fillfactor|parallel_workers|toast_tuple_target|log_autovacuum_min_duration|deduplicate_items|buffering|fastupdate|gin_pending_list_limit|pages_per_range|autosummarize)$/;
const PLANNER = /^n_distinct(?:_inherited)?$/;

function subCommand({ subtype, def, behavior }: AlterTableCmd, objtype: Objtype, place: Place): Classified {
  const decided: Decision | undefined = subtype === undefined ? undefined : SUB_COMMANDS[subtype];
  if (subtype === undefined || decided === undefined)
    return as('opaque', `ALTER TABLE ${subtype ?? 'without sub-command'} is not known`);
  const cascades =
    behavior === 'DROP_CASCADE' ? [as('destructive', 'CASCADE reaches what is not named')] : [];
  return together(as(...decided), ...cascades, ...(DETAILS[subtype]?.(def, place, objtype) ?? []));
}

type Details = (def: AlterTableCmd['def'], place: Place, objtype: Objtype) => Classified[];

const NOT_LOOKED_INTO = [as('opaque', 'a part of the sub-command is not looked into')];

const partitionBounds: Details = (def, place) => {
  if (def === undefined || !('PartitionCmd' in def)) return NOT_LOOKED_INTO;
  const { bound } = def.PartitionCmd;
  return effectsIn([bound?.listdatums, bound?.lowerdatums, bound?.upperdatums], place);
};

const storageOptions: Details = (def, _, objtype) =>
  objtype === 'OBJECT_VIEW' || !optionNames(def).every((name) => STORAGE.test(name))
    ? [as('privilege', 'the option changes more than how rows are stored')]
    : [];

const plannerOptions: Details = (def) =>
  optionNames(def).every((name) => PLANNER.test(name)) ? [] : NOT_LOOKED_INTO;

const foreignOptions: Details = (def) =>
  runsProgram(def !== undefined && 'List' in def ? def.List.items : []);

/** What of a sub-command depends on more than its name. */
const DETAILS: Partial<Readonly<Record<AlterTableType, Details>>> = {
  AT_ColumnDefault: (def, place) =>
    def === undefined
      ? [as('destructive', 'DROP DEFAULT loses a default')]
      : computed({ contype: 'CONSTR_DEFAULT', raw_expr: def }, place),
  AT_AddColumn: (def, place) =>
    def !== undefined && 'ColumnDef' in def ? added(def.ColumnDef, place) : NOT_LOOKED_INTO,
  AT_AddConstraint: (def, place) =>
    def !== undefined && 'Constraint' in def ? constrains(def.Constraint, place) : NOT_LOOKED_INTO,
  AT_AttachPartition: partitionBounds,
  AT_SetRelOptions: storageOptions,
  AT_ResetRelOptions: storageOptions,
  AT_SetOptions: plannerOptions,
  AT_ResetOptions: plannerOptions,
  AT_GenericOptions: foreignOptions,
  AT_AlterColumnGenericOptions: foreignOptions,
  AT_AlterColumnType: effectsIn,
  AT_SetExpression: effectsIn,
};

function optionNames(def: AlterTableCmd['def']): string[] {
  const items = def !== undefined && 'List' in def ? def.List.items : [];
  return optionsOf(items).map(({ defnamespace, defname = '' }) =>
    defnamespace === undefined || defnamespace === '' ? defname : `${defnamespace}.${defname}`,
  );
}
