import type { ConstrType, Node } from '@pgsql/types';
import { namesOf, type FieldsOf } from '../../sql/walk.ts';
import type { LintRelation } from '../facts.ts';
import { effect, type Effect } from './effect.ts';

type Constraint = FieldsOf<'Constraint'>;

/** By what is added; every other kind builds an index. */
const ADDED: Readonly<
  Partial<Record<ConstrType, (added: Constraint, table: LintRelation | undefined) => Effect>>
> = {
  CONSTR_FOREIGN: (added) =>
    effect('SHARE ROW EXCLUSIVE', { work: isTrusted(added) ? 'none' : 'scan', note: 'on both tables' }),
  CONSTR_CHECK: (added) => effect('ACCESS EXCLUSIVE', { work: isTrusted(added) ? 'none' : 'scan' }),
  CONSTR_NOTNULL: ({ skip_validation, keys }, table) => {
    const isShown = isNotNull(table, namesOf(keys)[0] ?? '');
    return effect('ACCESS EXCLUSIVE', { work: skip_validation === true || isShown ? 'none' : 'scan' });
  },
  CONSTR_UNIQUE: ({ indexname }) =>
    effect('ACCESS EXCLUSIVE', { work: indexname === undefined ? 'scan' : 'none' }),
  CONSTR_PRIMARY: ({ indexname }, table) => {
    const isReady = indexname !== undefined && hasNotNullKeys(table, indexname);
    return effect('ACCESS EXCLUSIVE', { work: isReady ? 'none' : 'scan' });
  },
};

/** ADD CONSTRAINT: what it locks and whether the rows are read. */
export function addConstraint(def: Node | undefined, table: LintRelation | undefined): Effect {
  const added = def !== undefined && 'Constraint' in def ? def.Constraint : {};
  const known = added.contype === undefined ? undefined : ADDED[added.contype];
  return known?.(added, table) ?? effect('ACCESS EXCLUSIVE', { work: 'scan' });
}

function isTrusted({ skip_validation, is_enforced }: Constraint): boolean {
  return skip_validation === true || is_enforced !== true;
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
