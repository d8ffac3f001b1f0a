import type { AlterTableCmd, Node, ObjectType, RangeVar } from '@pgsql/types';
import { ALTER_TABLE_COMMANDS } from './alter-table-commands.ts';
import {
  named,
  objectOf,
  relation,
  relationOf,
  role,
  typeText,
  type ObjectName,
  type TouchAction,
  type TouchedObject,
} from './object.ts';
import { namesOf, type FieldsOf, type NodeTag } from './walk.ts';

export type Touch = Omit<TouchedObject, 'later'>;

/** For each statement that changes or locks objects: which, and how. A statement that is not here touches nothing by name. */
export const TOUCHES: { readonly [T in NodeTag]?: (fields: FieldsOf<T>) => Touch[] } = {
  DropStmt: ({ objects, removeType }) => all('drop', objects, removeType),
  DropRoleStmt: ({ roles }) => all('drop', roles, 'OBJECT_ROLE'),
  DropOwnedStmt: ({ roles }) => all('drop-owned', roles, 'OBJECT_ROLE'),
  ReassignOwnedStmt: ({ roles, newrole }) => [
    ...all('alter', roles, 'OBJECT_ROLE'),
    { ...role(newrole), action: 'alter' },
  ],
  DropdbStmt: ({ dbname }) => one('drop', 'OBJECT_DATABASE', dbname),
  DropTableSpaceStmt: ({ tablespacename }) => one('drop', 'OBJECT_TABLESPACE', tablespacename),
  DropSubscriptionStmt: ({ subname }) => one('drop', 'OBJECT_SUBSCRIPTION', subname),
  DropUserMappingStmt: ({ user, servername }) => userMapping('drop', role(user).name, servername),
  AlterUserMappingStmt: ({ user, servername }) => userMapping('alter', role(user).name, servername),

  TruncateStmt: ({ relations }) => all('truncate', relations, 'OBJECT_TABLE'),
  DeleteStmt: ({ relation: range, whereClause }) =>
    table(whereClause === undefined ? 'delete-all' : 'delete', range),
  UpdateStmt: ({ relation: range, whereClause }) =>
    table(whereClause === undefined ? 'update-all' : 'update', range),
  InsertStmt: ({ relation: range }) => table('insert', range),
  MergeStmt: ({ relation: range }) => table('merge', range),
  CopyStmt: ({ relation: range, is_from }) => (is_from && range !== undefined ? table('insert', range) : []),
  LockStmt: ({ relations }) => all('lock', relations, 'OBJECT_TABLE'),

  AlterTableStmt: ({ relation: range, cmds = [], objtype = 'OBJECT_TABLE' }) => [
    { ...relation(objtype, range), action: 'alter' },
    ...cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? subcommand(cmd.AlterTableCmd, range, objtype) : [])),
  ],
  AlterTableMoveAllStmt: ({ orig_tablespacename }) => one('alter', 'OBJECT_TABLESPACE', orig_tablespacename),
  RenameStmt: ({ renameType = 'OBJECT_TABLE', relation: range, object, subname }) =>
    renamed(renameType, range, object, subname),
  AlterOwnerStmt: ({ objectType, relation: range, object }) => whole('alter', objectType, range, object),
  AlterObjectSchemaStmt: ({ objectType, relation: range, object }) =>
    whole('alter', objectType, range, object),
  AlterObjectDependsStmt: ({ objectType, relation: range, object }) =>
    whole('alter', objectType, range, object),
  AlterDomainStmt: ({ typeName, subtype, name, def }) => {
    const domain = named('OBJECT_DOMAIN', namesOf(typeName));
    const on = { schema: domain.schema, name: domain.name };
    const constraint = def !== undefined && 'Constraint' in def ? def.Constraint.conname : name;
    const action = subtype === 'X' ? 'drop' : subtype === 'C' ? 'create' : 'alter';
    return [
      { ...domain, action: 'alter' },
      ...(constraint === undefined
        ? []
        : [{ ...named('OBJECT_DOMCONSTRAINT', [constraint], { on }), action } as const]),
    ];
  },
  AlterEnumStmt: ({ typeName }) => parts('alter', 'OBJECT_TYPE', typeName),
  AlterTypeStmt: ({ typeName }) => parts('alter', 'OBJECT_TYPE', typeName),
  AlterSeqStmt: ({ sequence }) => [{ ...relation('OBJECT_SEQUENCE', sequence), action: 'alter' }],
  AlterFunctionStmt: ({ objtype = 'OBJECT_FUNCTION', func }) =>
    func === undefined ? [] : all('alter', [{ ObjectWithArgs: func }], objtype),
  AlterStatsStmt: ({ defnames }) => parts('alter', 'OBJECT_STATISTIC_EXT', defnames),
  AlterCollationStmt: ({ collname }) => parts('alter', 'OBJECT_COLLATION', collname),
  AlterOperatorStmt: ({ opername }) =>
    opername === undefined ? [] : all('alter', [{ ObjectWithArgs: opername }], 'OBJECT_OPERATOR'),
  AlterOpFamilyStmt: ({ opfamilyname, amname = '' }) => [
    { ...named('OBJECT_OPFAMILY', namesOf(opfamilyname), { args: [amname] }), action: 'alter' },
  ],
  AlterTSDictionaryStmt: ({ dictname }) => parts('alter', 'OBJECT_TSDICTIONARY', dictname),
  AlterTSConfigurationStmt: ({ cfgname }) => parts('alter', 'OBJECT_TSCONFIGURATION', cfgname),
  AlterExtensionStmt: ({ extname }) => one('alter', 'OBJECT_EXTENSION', extname),
  AlterExtensionContentsStmt: ({ extname, objtype, object }) => [
    ...one('alter', 'OBJECT_EXTENSION', extname),
    ...all('alter', object === undefined ? [] : [object], objtype),
  ],
  AlterPolicyStmt: ({ policy_name = '', table: range }) =>
    onTable('alter', 'OBJECT_POLICY', policy_name, range),
  AlterEventTrigStmt: ({ trigname }) => one('alter', 'OBJECT_EVENT_TRIGGER', trigname),
  AlterRoleStmt: ({ role: spec }) => [{ ...role(spec), action: 'alter' }],
  AlterRoleSetStmt: ({ role: spec, database }) => [
    ...(spec === undefined ? [] : [{ ...role(spec), action: 'alter' } as const]),
    ...one('alter', 'OBJECT_DATABASE', database),
  ],
  AlterDatabaseStmt: ({ dbname }) => one('alter', 'OBJECT_DATABASE', dbname),
  AlterDatabaseSetStmt: ({ dbname }) => one('alter', 'OBJECT_DATABASE', dbname),
  AlterDatabaseRefreshCollStmt: ({ dbname }) => one('alter', 'OBJECT_DATABASE', dbname),
  AlterTableSpaceOptionsStmt: ({ tablespacename }) => one('alter', 'OBJECT_TABLESPACE', tablespacename),
  AlterForeignServerStmt: ({ servername }) => one('alter', 'OBJECT_FOREIGN_SERVER', servername),
  AlterFdwStmt: ({ fdwname }) => one('alter', 'OBJECT_FDW', fdwname),
  AlterSubscriptionStmt: ({ subname }) => one('alter', 'OBJECT_SUBSCRIPTION', subname),
  AlterPublicationStmt: ({ pubname, pubobjects }) => [
    ...one('alter', 'OBJECT_PUBLICATION', pubname),
    ...published(pubobjects),
  ],
  ImportForeignSchemaStmt: ({ local_schema }) => one('alter', 'OBJECT_SCHEMA', local_schema),

  IndexStmt: ({ idxname, relation: range }) => {
    // An index lives in the schema of its table.
    const index = {
      ...relation('OBJECT_INDEX', { ...range, relname: idxname ?? '' }),
      on: relationOf(range),
    };
    return [
      ...table('alter', range),
      ...(idxname === undefined ? [] : [{ ...index, action: 'create' } as const]),
    ];
  },
  CreateStmt: ({ relation: range, inhRelations, tableElts }) => [
    ...table('create', range),
    ...all('alter', inhRelations, 'OBJECT_TABLE'),
    ...referenced(tableElts),
  ],
  CreateTableAsStmt: ({ into, objtype = 'OBJECT_TABLE' }) => [
    { ...relation(objtype, into?.rel), action: 'create' },
  ],
  ViewStmt: ({ view, replace }) => [
    { ...relation('OBJECT_VIEW', view), action: replace ? 'replace' : 'create' },
  ],
  CreateFunctionStmt: ({ funcname, parameters = [], is_procedure, replace }) => {
    const args = parameters.flatMap((parameter) =>
      'FunctionParameter' in parameter &&
      parameter.FunctionParameter.argType !== undefined &&
      !['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE'].includes(parameter.FunctionParameter.mode ?? '')
        ? [typeText(parameter.FunctionParameter.argType)]
        : [],
    );
    const kind = is_procedure ? 'OBJECT_PROCEDURE' : 'OBJECT_FUNCTION';
    return [{ ...named(kind, namesOf(funcname), { args }), action: replace ? 'replace' : 'create' }];
  },
  CreateTrigStmt: ({ trigname = '', relation: range, constrrel, replace }) => [
    ...table('alter', range),
    ...(constrrel === undefined ? [] : table('alter', constrrel)),
    ...onTable(replace ? 'replace' : 'create', 'OBJECT_TRIGGER', trigname, range),
  ],
  RuleStmt: ({ rulename = '', relation: range, replace }) => [
    ...table('alter', range),
    ...onTable(replace ? 'replace' : 'create', 'OBJECT_RULE', rulename, range),
  ],
  CreatePolicyStmt: ({ policy_name = '', table: range }) => [
    ...table('alter', range),
    ...onTable('create', 'OBJECT_POLICY', policy_name, range),
  ],
  CreateStatsStmt: ({ defnames, relations }) => [
    ...all('alter', relations, 'OBJECT_TABLE'),
    ...(defnames === undefined ? [] : parts('create', 'OBJECT_STATISTIC_EXT', defnames)),
  ],
  CreatePublicationStmt: ({ pubname, pubobjects }) => [
    ...one('create', 'OBJECT_PUBLICATION', pubname),
    ...published(pubobjects),
  ],
  CreateSchemaStmt: ({ schemaname }) => one('create', 'OBJECT_SCHEMA', schemaname),
  CreateExtensionStmt: ({ extname }) => one('create', 'OBJECT_EXTENSION', extname),
  CreateSeqStmt: ({ sequence }) => [{ ...relation('OBJECT_SEQUENCE', sequence), action: 'create' }],
  CreateRoleStmt: ({ role: name }) => one('create', 'OBJECT_ROLE', name),
  CreatedbStmt: ({ dbname }) => one('create', 'OBJECT_DATABASE', dbname),
  CreateSubscriptionStmt: ({ subname }) => one('create', 'OBJECT_SUBSCRIPTION', subname),
  CreateForeignTableStmt: ({ base }) => [
    { ...relation('OBJECT_FOREIGN_TABLE', base?.relation), action: 'create' },
  ],
  CreateForeignServerStmt: ({ servername }) => one('create', 'OBJECT_FOREIGN_SERVER', servername),
  CreateFdwStmt: ({ fdwname }) => one('create', 'OBJECT_FDW', fdwname),
  CreateTableSpaceStmt: ({ tablespacename }) => one('create', 'OBJECT_TABLESPACE', tablespacename),
  CreateEventTrigStmt: ({ trigname }) => one('create', 'OBJECT_EVENT_TRIGGER', trigname),
  DefineStmt: ({ kind = 'OBJECT_TYPE', defnames }) => parts('create', kind, defnames),
  CreateDomainStmt: ({ domainname }) => parts('create', 'OBJECT_DOMAIN', domainname),
  CreateEnumStmt: ({ typeName }) => parts('create', 'OBJECT_TYPE', typeName),
  CreateRangeStmt: ({ typeName }) => parts('create', 'OBJECT_TYPE', typeName),
  CompositeTypeStmt: ({ typevar }) => [{ ...relation('OBJECT_TYPE', typevar), action: 'create' }],

  GrantStmt: ({ is_grant, targtype, objtype = 'OBJECT_TABLE', objects }) =>
    all(
      is_grant ? 'grant' : 'revoke',
      objects,
      targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? 'OBJECT_SCHEMA' : objtype,
    ),
  GrantRoleStmt: ({ is_grant, granted_roles = [], grantee_roles }) => {
    const action = is_grant ? 'grant' : 'revoke';
    return [
      ...granted_roles.flatMap((granted) =>
        'AccessPriv' in granted ? one(action, 'OBJECT_ROLE', granted.AccessPriv.priv_name) : [],
      ),
      ...all(action, grantee_roles, 'OBJECT_ROLE'),
    ];
  },
  CommentStmt: ({ objtype, object }) => all('comment', object === undefined ? [] : [object], objtype),
  SecLabelStmt: ({ objtype, object }) => all('alter', object === undefined ? [] : [object], objtype),

  ReindexStmt: ({ kind, relation: range, name }) => {
    if (kind === 'REINDEX_OBJECT_INDEX') return [{ ...relation('OBJECT_INDEX', range), action: 'reindex' }];
    if (kind === 'REINDEX_OBJECT_TABLE') return table('reindex', range);
    return one('reindex', kind === 'REINDEX_OBJECT_SCHEMA' ? 'OBJECT_SCHEMA' : 'OBJECT_DATABASE', name);
  },
  ClusterStmt: ({ relation: range }) => (range === undefined ? [] : table('rewrite', range)),
  VacuumStmt: ({ rels = [], options = [], is_vacuumcmd }) => {
    const full = options.some((option) => 'DefElem' in option && option.DefElem.defname === 'full');
    const action = full ? 'rewrite' : is_vacuumcmd ? 'vacuum' : 'analyze';
    return rels.flatMap((rel) => ('VacuumRelation' in rel ? table(action, rel.VacuumRelation.relation) : []));
  },
  RefreshMatViewStmt: ({ relation: range }) => [{ ...relation('OBJECT_MATVIEW', range), action: 'refresh' }],
};

/** What a sub-command of `ALTER TABLE` names beside the table. */
function subcommand(cmd: AlterTableCmd, range: RangeVar | undefined, objtype: ObjectType): Touch[] {
  const { subtype, name, def } = cmd;
  const on = relationOf(range);
  const command = ALTER_TABLE_COMMANDS[subtype ?? 'AT_AddColumn'];
  if (def !== undefined && 'PartitionCmd' in def)
    return [{ ...relation(objtype, def.PartitionCmd.name), action: 'alter' }];
  if (def !== undefined && 'RangeVar' in def) return table('alter', def.RangeVar);
  if (command === undefined) return [];
  const given = name ?? nameIn(def);
  const object: ObjectName[] =
    given === undefined
      ? []
      : command.kind === 'OBJECT_INDEX'
        ? [named('OBJECT_INDEX', [...(on.schema === null ? [] : [on.schema]), given])]
        : [named(command.kind, [given], { on })];
  return [
    ...object.map((touched): Touch => ({ ...touched, action: command.action })),
    ...(def === undefined ? [] : referenced([def])),
  ];
}

/** The name that the definition of a column or constraint carries. */
function nameIn(def: Node | undefined): string | undefined {
  if (def === undefined) return undefined;
  if ('ColumnDef' in def) return def.ColumnDef.colname;
  if ('Constraint' in def) return def.Constraint.conname;
  if ('ATAlterConstraint' in def) return def.ATAlterConstraint.conname;
  return 'ReplicaIdentityStmt' in def ? def.ReplicaIdentityStmt.name : undefined;
}

/** The tables that foreign keys in a definition refer to: they are locked, and get triggers. */
function referenced(definitions: readonly Node[] | undefined): Touch[] {
  return (definitions ?? []).flatMap((definition) => {
    if ('ColumnDef' in definition) return referenced(definition.ColumnDef.constraints);
    return 'Constraint' in definition && definition.Constraint.pktable !== undefined
      ? table('alter', definition.Constraint.pktable)
      : [];
  });
}

function renamed(
  kind: ObjectType,
  range: RangeVar | undefined,
  object: Node | undefined,
  subname: string | undefined,
): Touch[] {
  if (range !== undefined && subname !== undefined)
    return [
      { ...relation('OBJECT_TABLE', range), action: 'alter' },
      ...onTable('rename', kind, subname, range),
    ];
  if (kind === 'OBJECT_DOMCONSTRAINT' && object !== undefined && 'List' in object) {
    const domain = named('OBJECT_DOMAIN', namesOf(object.List.items));
    const on = { schema: domain.schema, name: domain.name };
    return [
      { ...domain, action: 'alter' },
      { ...named(kind, [subname ?? ''], { on }), action: 'rename' },
    ];
  }
  if (subname !== undefined) return one('rename', kind, subname);
  return whole('rename', kind, range, object);
}

function whole(
  action: TouchAction,
  kind: ObjectType = 'OBJECT_TABLE',
  range: RangeVar | undefined,
  object: Node | undefined,
): Touch[] {
  // `ALTER TRIGGER t ON x DEPENDS ON …` has both.
  if (range !== undefined && object !== undefined && 'List' in object)
    return onTable(action, kind, namesOf(object.List.items).at(-1) ?? '', range);
  if (range !== undefined) return [{ ...relation(kind, range), action }];
  return all(action, object === undefined ? [] : [object], kind);
}

function all(action: TouchAction, objects: readonly Node[] = [], kind: ObjectType = 'OBJECT_TABLE'): Touch[] {
  return objects.flatMap((node) => {
    const object = objectOf(kind, node);
    // `PUBLIC` is everybody, not a role.
    return object === null || object.what === 'public' ? [] : [{ ...object, action }];
  });
}

function one(action: TouchAction, kind: ObjectType, name: string | undefined): Touch[] {
  return name === undefined ? [] : [{ ...named(kind, [name]), action }];
}

function parts(action: TouchAction, kind: ObjectType, names: readonly Node[] | undefined): Touch[] {
  return [{ ...named(kind, namesOf([...(names ?? [])])), action }];
}

function table(action: TouchAction, range: RangeVar | undefined): Touch[] {
  return [{ ...relation('OBJECT_TABLE', range), action }];
}

function onTable(action: TouchAction, kind: ObjectType, name: string, range: RangeVar | undefined): Touch[] {
  return [{ ...named(kind, [name], { on: relationOf(range) }), action }];
}

function userMapping(action: TouchAction, user: string, server = ''): Touch[] {
  return [{ ...named('OBJECT_USER_MAPPING', [user], { args: [server] }), action }];
}

function published(objects: readonly Node[] = []): Touch[] {
  return objects.flatMap((object) =>
    'PublicationObjSpec' in object && object.PublicationObjSpec.pubtable?.relation !== undefined
      ? table('alter', object.PublicationObjSpec.pubtable.relation)
      : [],
  );
}
