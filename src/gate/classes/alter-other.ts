import { as, together, type Rules } from './class.ts';
import { computed, constrains } from './column.ts';

/** Statements that may drop something or not: domains, publications, extensions, operator families, text search. */
export const alterOther: Rules = {
  AlterDomainStmt: ({ subtype, def }) => {
    switch (subtype) {
      case 'T': {
        if (def === undefined) return as('destructive', 'DROP DEFAULT loses a default');
        return together(
          as('additive', 'sets a default for values to come'),
          ...computed({ contype: 'CONSTR_DEFAULT', raw_expr: def }),
        );
      }
      case 'C': {
        if (def === undefined || !('Constraint' in def)) return as('opaque', 'the constraint is not known');
        return together(as('additive', 'adds a constraint'), ...constrains(def.Constraint));
      }
      case 'V': {
        return as('additive', 'checks a constraint while the tables are used');
      }
      case 'O': {
        return as('locking', 'checks every row of every table that uses the domain');
      }
      case 'N':
      case 'X': {
        return as('destructive', 'DROP loses a guarantee');
      }
      default: {
        return as('opaque', 'this form of ALTER DOMAIN is not known');
      }
    }
  },
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
