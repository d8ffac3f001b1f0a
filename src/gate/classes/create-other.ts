import type { Node } from '@pgsql/types';
import { as, together, type Classified, type Place, type Rules } from './class.ts';
import { computed } from './column.ts';
import { effectsIn } from './expression.ts';
import { optionsOf } from './option.ts';
import { ownSchema } from './system-schema.ts';
import { TRUSTED_EXTENSIONS } from './trusted-extensions.ts';

/** CREATE of schemas, views, sequences, types, extensions, and COMMENT. */
export const createOther: Rules = {
  CreateSchemaStmt: ({ authrole, schemaElts }, place) =>
    together(
      as('additive', 'creates a schema'),
      ...(authrole === undefined ? [] : [as('privilege', 'gives the schema to another role')]),
      ...(schemaElts ?? []).map((element) => place.classify(element, place)),
    ),
  ViewStmt: ({ replace, query, view }, place) =>
    together(
      replace === true ? REPLACES : as('additive', 'creates a view'),
      ...ownSchema(view?.schemaname),
      ...effectsIn(query, place),
    ),
  CreateSeqStmt: ({ sequence }) =>
    together(as('additive', 'creates a sequence'), ...ownSchema(sequence?.schemaname)),
  CreateEnumStmt: () => as('additive', 'creates a type'),
  CompositeTypeStmt: () => as('additive', 'creates a type'),
  CreateRangeStmt: ({ params }) =>
    optionsOf(params).every(({ defname }) => defname === 'subtype' || defname === 'multirange_type_name')
      ? as('additive', 'creates a type')
      : as('opaque', 'the functions of a range type are not looked into'),
  CreateDomainStmt: ({ constraints }, place) =>
    together(
      as('additive', 'creates a domain'),
      ...(constraints ?? []).flatMap((node) => constraintParts(node, place)),
    ),
  AlterEnumStmt: ({ oldVal }) =>
    oldVal === undefined
      ? as('additive', 'adds a value to a type')
      : as('destructive', 'RENAME takes a name away from whoever uses it'),
  CommentStmt: () => as('additive', 'writes a comment'),
  CreateExtensionStmt: ({ extname, options }) => {
    const cascades = optionsOf(options).some(({ defname }) => defname === 'cascade');
    return TRUSTED_EXTENSIONS.has(extname ?? '') && !cascades
      ? as('additive', `installs ${extname ?? ''}, an extension that PostgreSQL marks as trusted`)
      : as('privilege', 'an extension runs its own code with the rights of its owner');
  },
};

export const REPLACES: Classified = as('destructive', 'OR REPLACE loses what was there before');

function constraintParts(node: Node, place: Place): Classified[] {
  return 'Constraint' in node ? computed(node.Constraint, place) : [];
}
