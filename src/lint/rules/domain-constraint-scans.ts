import { quoteName } from '../../sql/quote.ts';
import { namesOf } from '../../sql/walk.ts';
import type { LintRule } from '../rule.ts';

export const domainConstraintScans: LintRule = {
  name: 'domain-constraint-scans',
  summary: 'a validated constraint on a domain reads every table that uses it while writes wait',

  find({ tree, effect }) {
    if (!('AlterDomainStmt' in tree) || effect.lock !== 'SHARE') return [];
    const domain = namesOf(tree.AlterDomainStmt.typeName).map(quoteName).join('.');
    return [
      {
        message: `SHARE on every table with a column of ${domain} while all of them are read: their writes wait`,
        instead: `ALTER DOMAIN ${domain} ADD CONSTRAINT … CHECK (…) NOT VALID takes no table's lock; then ALTER DOMAIN ${domain} VALIDATE CONSTRAINT …: SHARE UPDATE EXCLUSIVE`,
      },
    ];
  },
};
