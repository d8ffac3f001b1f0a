import { namesOf } from '../../sql/walk.ts';
import { isConstrainedDomain, isSerial } from '../lock/column.ts';
import { addedColumns, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const constrainedDomainRewrites: LintRule = {
  name: 'constrained-domain-rewrites',
  summary: 'a new column of a domain with constraints rewrites the table, even with a constant default',

  find({ tree, before, isInUse, context: { facts } }) {
    return addedColumns(tree).flatMap(({ table, column }) => {
      const type = namesOf(column.typeName?.names).join('.');
      const isConstrained =
        before.constrainedDomains.has(type) ||
        (!isSerial(column) && isConstrainedDomain(column, facts) === true);
      if (!isConstrained || !isInUse(table)) return [];
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} while it is written anew with all indexes: ${type} is a domain with constraints`,
          instead: `give the column the domain's base type, and ALTER TABLE ${relationName(table)} ADD CONSTRAINT … CHECK (…) NOT VALID, then VALIDATE CONSTRAINT in a later transaction`,
        },
      ];
    });
  },
};
