import type { Node } from '@pgsql/types';
import { namesOf } from '../../sql/walk.ts';
import type { LintRelation } from '../facts.ts';
import { effect, type Effect } from './effect.ts';

const BOTH_SIDES = 'on both tables';

/** ADD CONSTRAINT: what it locks and whether the rows are read. */
export function addConstraint(def: Node | undefined, table: LintRelation | undefined): Effect {
  const constraint = def !== undefined && 'Constraint' in def ? def.Constraint : {};
  const { contype, skip_validation, is_enforced, indexname } = constraint;
  const trusts = skip_validation === true || is_enforced !== true;
  switch (contype) {
    case 'CONSTR_FOREIGN':
      return effect('SHARE ROW EXCLUSIVE', { work: trusts ? 'none' : 'scan', note: BOTH_SIDES });
    case 'CONSTR_CHECK':
      return effect('ACCESS EXCLUSIVE', { work: trusts ? 'none' : 'scan' });
    case 'CONSTR_NOTNULL': {
      const [name] = namesOf(constraint.keys);
      const isShown = isNotNull(table, name ?? '');
      return effect('ACCESS EXCLUSIVE', { work: skip_validation === true || isShown ? 'none' : 'scan' });
    }
    case 'CONSTR_UNIQUE':
      return effect('ACCESS EXCLUSIVE', { work: indexname === undefined ? 'scan' : 'none' });
    case 'CONSTR_PRIMARY':
      return effect('ACCESS EXCLUSIVE', {
        work: indexname !== undefined && hasNotNullKeys(table, indexname) ? 'none' : 'scan',
      });
    default:
      return effect('ACCESS EXCLUSIVE', { work: 'scan' });
  }
}

/** ALTER CONSTRAINT: enforcing a foreign key reads the rows at once. */
export function alterConstraint(def: Node | undefined): Effect {
  const enforces =
    def !== undefined &&
    'ATAlterConstraint' in def &&
    def.ATAlterConstraint.alterEnforceability === true &&
    def.ATAlterConstraint.is_enforced === true;
  return effect('ACCESS EXCLUSIVE', { work: enforces ? 'scan' : 'none' });
}

function isNotNull(table: LintRelation | undefined, name: string): boolean {
  const column = table?.columns.find((one) => one.name === name);
  return column !== undefined && (column.notNull || column.provenNotNull);
}

/** Whether every key column of the index is known to have no null. */
export function hasNotNullKeys(table: LintRelation | undefined, index: string): boolean {
  const keys = table?.indexes.find(({ name }) => name === index)?.keys;
  return keys !== undefined && keys.every((key) => key !== null && isNotNull(table, key));
}
