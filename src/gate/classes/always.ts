import type { Node } from '@pgsql/types';
import type { NodeTag } from '../../sql/walk.ts';
import { wrapperOf } from '../../sql/walk.ts';
import { as, together, type Classified, type Place, type StatementClass } from './class.ts';
import { runsProgram } from './create-table.ts';
import { effectsIn } from './expression.ts';

type Decision = readonly [StatementClass, string];

const DROP: Decision = ['destructive', 'DROP loses what it drops'];
const RIGHTS: Decision = ['privilege', 'changes who may do what'];
const SERVER: Decision = ['privilege', 'changes the server or the database for everybody'];
const REACHES: Decision = ['privilege', 'reaches another server'];
const CODE: Decision = ['opaque', 'makes the server run code that is not shown'];

/** Statements that need an approval in every form that they have. */
const DECISIONS: { readonly [T in NodeTag]?: Decision } = {
  DropStmt: DROP,
  DropdbStmt: DROP,
  DropRoleStmt: DROP,
  DropTableSpaceStmt: DROP,
  DropOwnedStmt: DROP,
  DropSubscriptionStmt: DROP,
  DropUserMappingStmt: DROP,
  RenameStmt: ['destructive', 'RENAME takes a name away from whoever uses it'],
  AlterObjectSchemaStmt: ['destructive', 'SET SCHEMA takes a name away from whoever uses it'],
  AlterSeqStmt: ['locking', 'changes what a sequence gives next'],

  GrantStmt: RIGHTS,
  GrantRoleStmt: RIGHTS,
  AlterDefaultPrivilegesStmt: RIGHTS,
  AlterOwnerStmt: RIGHTS,
  ReassignOwnedStmt: RIGHTS,
  CreateRoleStmt: RIGHTS,
  AlterRoleStmt: RIGHTS,
  AlterRoleSetStmt: RIGHTS,
  CreatePolicyStmt: RIGHTS,
  AlterPolicyStmt: RIGHTS,
  SecLabelStmt: RIGHTS,

  AlterSystemStmt: SERVER,
  CreatedbStmt: SERVER,
  AlterDatabaseStmt: SERVER,
  AlterDatabaseSetStmt: SERVER,
  AlterDatabaseRefreshCollStmt: SERVER,
  AlterCollationStmt: SERVER,
  CreateTableSpaceStmt: SERVER,
  AlterTableSpaceOptionsStmt: SERVER,
  AlterExtensionStmt: ['privilege', 'an extension runs its own code with the rights of its owner'],

  CreatePublicationStmt: REACHES,
  CreateSubscriptionStmt: REACHES,
  AlterSubscriptionStmt: REACHES,
  CreateFdwStmt: REACHES,
  AlterFdwStmt: REACHES,
  CreateForeignServerStmt: REACHES,
  AlterForeignServerStmt: REACHES,
  CreateUserMappingStmt: REACHES,
  AlterUserMappingStmt: REACHES,
  ImportForeignSchemaStmt: REACHES,
  ListenStmt: ['opaque', 'what listens is not looked into'],
  UnlistenStmt: ['opaque', 'what listens is not looked into'],
  NotifyStmt: ['opaque', 'what listens is not looked into'],
  ConstraintsSetStmt: ['opaque', 'when constraints are checked is up to the runner'],

  CallStmt: CODE,
  RuleStmt: CODE,
  CreateTrigStmt: CODE,
  CreateEventTrigStmt: CODE,
  CreateCastStmt: CODE,
  CreateConversionStmt: CODE,
  CreateTransformStmt: CODE,
  CreateAmStmt: CODE,
  CreateOpClassStmt: CODE,
  CreateOpFamilyStmt: CODE,
  DefineStmt: CODE,
  AlterFunctionStmt: CODE,
  AlterOperatorStmt: CODE,
  AlterTypeStmt: CODE,
  AlterTSDictionaryStmt: CODE,
  AlterObjectDependsStmt: ['destructive', 'the object will be dropped with the extension'],
  CreatePLangStmt: ['refuse', 'a procedural language may reach beyond the database'],
};

/** Anything that has no rule of its own; a statement that is not known needs an approval too. */
export function always(tree: Node, place: Place): Classified {
  const wrapped = wrapperOf(tree);
  const tag = wrapped?.tag ?? '';
  const decision: Decision | undefined = (DECISIONS as Readonly<Record<string, Decision>>)[tag];
  const [className, reason] = decision ?? ['opaque', `${tag} is not known`];
  return together(as(className, reason), ...refusedInside(wrapped?.fields ?? {}, place));
}

/** What nobody can approve is refused wherever it stands: in a condition of a trigger, in the statements of a rule. */
function refusedInside(fields: Readonly<Record<string, unknown>>, place: Place): Classified[] {
  const { options } = fields;
  return [
    ...effectsIn(fields, place).filter((effect) => effect.class === 'refuse'),
    ...runsProgram(Array.isArray(options) ? (options as Node[]) : []),
  ];
}
