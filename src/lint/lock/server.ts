import type { NodeTag } from '../../sql/walk.ts';
import { effect, NOTHING, UNKNOWN, type Family } from './effect.ts';
import { isOn, optionOf } from './options.ts';

const OUTSIDE_TRANSACTIONS = effect(null, { inTransaction: false });

/** What concerns the server, roles and schemas rather than tables. */
export const SERVER_STATEMENTS: Family = {
  CreatedbStmt: () => OUTSIDE_TRANSACTIONS,
  DropdbStmt: () => OUTSIDE_TRANSACTIONS,
  CreateTableSpaceStmt: () => OUTSIDE_TRANSACTIONS,
  DropTableSpaceStmt: () => OUTSIDE_TRANSACTIONS,
  AlterSystemStmt: () => OUTSIDE_TRANSACTIONS,
  AlterDatabaseStmt: ({ options }) =>
    optionOf(options, 'tablespace') === undefined ? NOTHING : OUTSIDE_TRANSACTIONS,
  DiscardStmt: ({ target }) => (target === 'DISCARD_ALL' ? OUTSIDE_TRANSACTIONS : NOTHING),
  CreateSubscriptionStmt({ options }) {
    const makesSlot = ['connect', 'create_slot'].every(
      (name) => optionOf(options, name) === undefined || isOn(options, name),
    );
    return makesSlot ? OUTSIDE_TRANSACTIONS : NOTHING;
  },

  GrantStmt: ({ objtype }) =>
    objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_SEQUENCE' ? effect('ACCESS SHARE') : NOTHING,

  AlterDomainStmt({ subtype, def }) {
    if (subtype === 'V')
      return effect('SHARE UPDATE EXCLUSIVE', { work: 'scan', note: 'on every table that uses the domain' });
    const validates =
      subtype === 'O' ||
      (subtype === 'C' && !(def !== undefined && 'Constraint' in def && def.Constraint.skip_validation));
    return validates
      ? effect('SHARE', { work: 'scan', note: 'on every table that uses the domain' })
      : NOTHING;
  },

  DoStmt: () => UNKNOWN,
  CallStmt: () => UNKNOWN,
  CreateExtensionStmt: () => UNKNOWN,
  AlterExtensionStmt: () => UNKNOWN,
  AlterExtensionContentsStmt: () => UNKNOWN,
  ReassignOwnedStmt: () => UNKNOWN,
  ImportForeignSchemaStmt: () => NOTHING,
};

/** Statements that lock no table that was there before. */
export const WITHOUT_TABLES: ReadonlySet<string> = new Set<NodeTag>([
  'AlterCollationStmt',
  'AlterDatabaseRefreshCollStmt',
  'AlterDatabaseSetStmt',
  'AlterDefaultPrivilegesStmt',
  'AlterEnumStmt',
  'AlterEventTrigStmt',
  'AlterFdwStmt',
  'AlterForeignServerStmt',
  'AlterFunctionStmt',
  'AlterOperatorStmt',
  'AlterOpFamilyStmt',
  'AlterOwnerStmt',
  'AlterRoleSetStmt',
  'AlterRoleStmt',
  'AlterStatsStmt',
  'AlterTableSpaceOptionsStmt',
  'AlterTSConfigurationStmt',
  'AlterTSDictionaryStmt',
  'AlterTypeStmt',
  'AlterUserMappingStmt',
  'CheckPointStmt',
  'ClosePortalStmt',
  'CompositeTypeStmt',
  'ConstraintsSetStmt',
  'CreateAmStmt',
  'CreateCastStmt',
  'CreateConversionStmt',
  'CreateDomainStmt',
  'CreateEnumStmt',
  'CreateEventTrigStmt',
  'CreateFdwStmt',
  'CreateForeignServerStmt',
  'CreateFunctionStmt',
  'CreateOpClassStmt',
  'CreateOpFamilyStmt',
  'CreatePLangStmt',
  'CreateRangeStmt',
  'CreateRoleStmt',
  'CreateTransformStmt',
  'CreateUserMappingStmt',
  'DeallocateStmt',
  'DefineStmt',
  'DropRoleStmt',
  'DropUserMappingStmt',
  'FetchStmt',
  'GrantRoleStmt',
  'ListenStmt',
  'LoadStmt',
  'NotifyStmt',
  'TransactionStmt',
  'UnlistenStmt',
  'VariableSetStmt',
  'VariableShowStmt',
]);
