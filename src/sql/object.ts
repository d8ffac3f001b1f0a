import type { Node, ObjectType, RangeVar, RoleSpec, TypeName } from '@pgsql/types';
import type { RelationReference } from '../facts.ts';
import { quoteName } from './quote.ts';
import { namesOf } from './walk.ts';

/** What a statement does to an object. `delete-all` and `update-all` have no condition. */
export type TouchAction =
  | 'drop'
  | 'drop-owned'
  | 'truncate'
  | 'delete'
  | 'delete-all'
  | 'update'
  | 'update-all'
  | 'insert'
  | 'merge'
  | 'create'
  | 'replace'
  | 'alter'
  | 'rename'
  | 'rewrite'
  | 'reindex'
  | 'refresh'
  | 'vacuum'
  | 'analyze'
  | 'grant'
  | 'revoke'
  | 'comment'
  | 'lock';

export type TouchedType =
  | 'table'
  | 'index'
  | 'view'
  | 'materialized-view'
  | 'sequence'
  | 'schema'
  | 'function'
  | 'type'
  | 'extension'
  | 'role'
  | 'database'
  | 'trigger'
  | 'policy'
  | 'rule'
  | 'constraint'
  | 'column'
  | 'statistics'
  | 'publication'
  | 'subscription'
  | 'other';

/** An object as a statement names it. Names are unquoted; whether it exists is not known here. */
export interface ObjectName {
  readonly type: TouchedType;
  /** In the server's words, finer than the type: `foreign table`, `procedure`, `domain constraint`, `operator class`. */
  readonly what: string;
  /** Null where the statement names none, and for what lives in no schema. */
  readonly schema: string | null;
  readonly name: string;
  /**
   * The types in the brackets of a function, aggregate or operator, quoted where they need it; of a cast or transform
   * its type and target; of an operator class its method. Null where the statement gives none.
   */
  readonly args: readonly string[] | null;
  /** The table that a trigger, policy, rule, constraint, column or new index is on; the domain of a `domain constraint`. */
  readonly on: RelationReference | null;
}

export interface TouchedObject extends ObjectName {
  readonly action: TouchAction;
  /** The statement is part of a function or rule that is being defined: it runs when that is used, not now. */
  readonly later: boolean;
}

const KINDS: Partial<Record<ObjectType, TouchedType>> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'table',
  OBJECT_INDEX: 'index',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized-view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SCHEMA: 'schema',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_AGGREGATE: 'function',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_EXTENSION: 'extension',
  OBJECT_ROLE: 'role',
  OBJECT_DATABASE: 'database',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_POLICY: 'policy',
  OBJECT_RULE: 'rule',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_DOMCONSTRAINT: 'constraint',
  OBJECT_COLUMN: 'column',
  OBJECT_ATTRIBUTE: 'column',
  OBJECT_STATISTIC_EXT: 'statistics',
  OBJECT_PUBLICATION: 'publication',
  OBJECT_SUBSCRIPTION: 'subscription',
};

/** Where the server's word is not the parser's in lower case. */
const WORDS: Partial<Record<ObjectType, string>> = {
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_DOMCONSTRAINT: 'domain constraint',
  OBJECT_STATISTIC_EXT: 'statistics object',
  OBJECT_FDW: 'foreign-data wrapper',
  OBJECT_FOREIGN_SERVER: 'server',
  OBJECT_OPCLASS: 'operator class',
  OBJECT_OPFAMILY: 'operator family',
  OBJECT_LARGEOBJECT: 'large object',
  OBJECT_PARAMETER_ACL: 'parameter',
  OBJECT_TSCONFIGURATION: 'text search configuration',
  OBJECT_TSDICTIONARY: 'text search dictionary',
  OBJECT_TSPARSER: 'text search parser',
  OBJECT_TSTEMPLATE: 'text search template',
};

/** The kinds whose last name part is on the relation that the parts before it name. */
const ON_RELATION = new Set<ObjectType>([
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_RULE',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_COLUMN',
  'OBJECT_ATTRIBUTE',
]);

/** The object that `DROP`, `COMMENT`, `ALTER … OWNER` and their like name by a node of its own; null for an unknown shape. */
export function objectOf(kind: ObjectType, node: Node): ObjectName | null {
  if ('RangeVar' in node) return relation(kind, node.RangeVar);
  if ('String' in node) return named(kind, [node.String.sval ?? '']);
  if ('Integer' in node) return named(kind, [String(node.Integer.ival ?? 0)]);
  if ('Float' in node) return named(kind, [node.Float.fval ?? '']);
  if ('TypeName' in node) return named(kind, namesOf(node.TypeName.names));
  if ('RoleSpec' in node) return role(node.RoleSpec);
  if ('ObjectWithArgs' in node) {
    const { objname, objargs = [], args_unspecified } = node.ObjectWithArgs;
    const args = objargs.map((argument) => ('TypeName' in argument ? typeText(argument.TypeName) : 'none'));
    return named(kind, namesOf(objname), { args: args_unspecified ? null : args });
  }
  return 'List' in node ? fromList(kind, node.List.items ?? []) : null;
}

function fromList(kind: ObjectType, items: readonly Node[]): ObjectName | null {
  const [first] = items;
  const names = namesOf([...items]);
  if (kind === 'OBJECT_CAST' || kind === 'OBJECT_TRANSFORM') {
    const args = items.map((item) =>
      'TypeName' in item ? typeText(item.TypeName) : (namesOf([item])[0] ?? ''),
    );
    return named(kind, [args.join(kind === 'OBJECT_CAST' ? ' AS ' : ' LANGUAGE ')], { args });
  }
  if (kind === 'OBJECT_DOMCONSTRAINT')
    return first !== undefined && 'TypeName' in first
      ? named(kind, names, { on: reference(namesOf(first.TypeName.names)) })
      : null;
  if (kind === 'OBJECT_OPCLASS' || kind === 'OBJECT_OPFAMILY')
    return named(kind, names.slice(1), { args: names.slice(0, 1) });
  if (ON_RELATION.has(kind)) return named(kind, names.slice(-1), { on: reference(names.slice(0, -1)) });
  return named(kind, names);
}

/** An object by the parts of its name, a catalog's name in front left out. */
export function named(
  kind: ObjectType,
  parts: readonly string[],
  { args = null, on = null }: Partial<Pick<ObjectName, 'args' | 'on'>> = {},
): ObjectName {
  const { schema, name } = reference(parts);
  return { type: KINDS[kind] ?? 'other', what: wordOf(kind), schema, name, args, on };
}

export function relation(kind: ObjectType, range: RangeVar | undefined): ObjectName {
  return named(kind, [...(range?.schemaname ? [range.schemaname] : []), range?.relname ?? '']);
}

/** `CURRENT_USER` and its like keep their meaning in `what`: only the server knows who that is. */
export function role(spec: RoleSpec | undefined): ObjectName {
  const { roletype = 'ROLESPEC_CSTRING', rolename = '' } = spec ?? {};
  if (roletype === 'ROLESPEC_CSTRING') return named('OBJECT_ROLE', [rolename]);
  const word = roletype.replace('ROLESPEC_', '').toLowerCase();
  return { ...named('OBJECT_ROLE', [word]), what: word };
}

export function relationOf(range: RangeVar | undefined): RelationReference {
  return { schema: range?.schemaname ?? null, name: range?.relname ?? '' };
}

/** A type as SQL: `text[]`, `pg_catalog.int4`, `shop."Mood"`; without modifiers, which tell no function from another. */
export function typeText({ names, arrayBounds = [] }: TypeName): string {
  return namesOf(names).map(quoteName).join('.') + arrayBounds.map(() => '[]').join('');
}

function reference(parts: readonly string[]): RelationReference {
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' };
}

function wordOf(kind: ObjectType): string {
  return WORDS[kind] ?? kind.replace('OBJECT_', '').replaceAll('_', ' ').toLowerCase();
}
