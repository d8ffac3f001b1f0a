import type { Node } from '@pgsql/types';
import { as, together, type Classified, type Place, type Rules } from './class.ts';
import { computed, constrains } from './column.ts';

/** Statements that may drop something or not: domains, publications, extensions, operator families, text search. */
export const alterOther: Rules = {
  AlterDomainStmt: (alter, place) =>
    DOMAIN[alter.subtype ?? '']?.(alter.def, place) ?? as('opaque', 'this form of ALTER DOMAIN is not known'),
  AlterExtensionContentsStmt: ({ action }) =>
    action === 1
      ? as('privilege', 'changes what belongs to an extension')
      : as('destructive', 'DROP takes an object out of its extension'),
  AlterOpFamilyStmt: ({ isDrop }) =>
    isDrop === true
      ? as('destructive', 'DROP loses operators of a family')
      : as('opaque', 'operators run functions that are not looked into'),
  AlterPublicationStmt: ({ action }) =>
    action === 'AP_AddObjects'
      ? as('privilege', 'changes what subscribers are sent')
      : as('destructive', 'takes tables out of a publication'),
  AlterTSConfigurationStmt: ({ kind }) =>
    kind === 'ALTER_TSCONFIG_DROP_MAPPING'
      ? as('destructive', 'DROP MAPPING loses how words are read')
      : as('opaque', 'a text search configuration changes what indexes mean'),
};

/** The forms of ALTER DOMAIN, under the letters of the parser. */
const DOMAIN: Readonly<Record<string, (def: Node | undefined, place: Place) => Classified>> = {
  T: (def, place) =>
    def === undefined
      ? as('destructive', 'DROP DEFAULT loses a default')
      : together(
          as('additive', 'sets a default for values to come'),
          ...computed({ contype: 'CONSTR_DEFAULT', raw_expr: def }, place),
        ),
  C: (def, place) =>
    def !== undefined && 'Constraint' in def
      ? together(as('additive', 'adds a constraint'), ...constrains(def.Constraint, place))
      : as('opaque', 'the constraint is not known'),
  V: () => as('additive', 'checks a constraint while the tables are used'),
  O: () => as('locking', 'checks every row of every table that uses the domain'),
  N: () => as('destructive', 'DROP NOT NULL loses a guarantee'),
  X: () => as('destructive', 'DROP CONSTRAINT loses a guarantee'),
};
