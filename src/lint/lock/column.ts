import type { ConstrType, Node } from '@pgsql/types';
import { isPureType } from '../../sql/pure-types.ts';
import { namesOf, type FieldsOf } from '../../sql/walk.ts';
import type { LintFacts, LintRelation } from '../facts.ts';
import { isVolatile } from './default.ts';
import { effect, heavier, type Effect, type Work } from './effect.ts';
import { isRewriteFree, typeText } from './type-change.ts';

const SERIAL = /^(?:small|big)?serial$|^serial[248]$/;

/** The constraints that stand behind a column's type. */
export function constraintsOf({ constraints = [] }: FieldsOf<'ColumnDef'>): FieldsOf<'Constraint'>[] {
  return constraints.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
}

export function isSerial({ typeName }: FieldsOf<'ColumnDef'>): boolean {
  const names = namesOf(typeName?.names);
  return names.length === 1 && SERIAL.test(names[0] ?? '');
}

/** Whether a column's type is a domain that checks its values; null where only the database knows. */
export function isConstrainedDomain({ typeName }: FieldsOf<'ColumnDef'>, facts: LintFacts): boolean | null {
  const names = namesOf(typeName?.names);
  // The constraints of an array's elements are checked as values come.
  if (isPureType(names) || typeName?.arrayBounds !== undefined) return false;
  const known = facts.types.find(({ name }) => name === names.join('.'));
  return known?.isConstrainedDomain ?? null;
}

/** ADD COLUMN: the tree tells whether the new values have to be written, or the rows to be looked at. */
export function addColumn(def: Node | undefined, facts: LintFacts): Effect {
  const column = def !== undefined && 'ColumnDef' in def ? def.ColumnDef : {};
  const constraints = constraintsOf(column);
  const fromDomain = isSerial(column) ? false : isConstrainedDomain(column, facts);
  const byType: Work = fromDomain === null ? 'unknown' : fromDomain || isSerial(column) ? 'rewrite' : 'none';
  const work = constraints.reduce<Work>(
    (so, constraint) => heavier(so, workOf(constraint, constraints)),
    byType,
  );
  const refers = constraints.some(({ contype }) => contype === 'CONSTR_FOREIGN');
  return effect('ACCESS EXCLUSIVE', {
    work,
    note: refers ? 'and SHARE ROW EXCLUSIVE on the table that is referred to' : null,
  });
}

type Constraint = FieldsOf<'Constraint'>;

/** What the rows have to suffer for a constraint of a new column, which stands beside others. */
function workOf(constraint: Constraint, all: readonly Constraint[]): Work {
  const work = constraint.contype === undefined ? undefined : WORK[constraint.contype];
  return work?.(constraint, (type) => all.some(({ contype }) => contype === type)) ?? 'none';
}

const SCANS = (): Work => 'scan';

const WORK: Readonly<
  Partial<Record<ConstrType, (constraint: Constraint, has: (type: ConstrType) => boolean) => Work>>
> = {
  CONSTR_DEFAULT: ({ raw_expr }) => (isVolatile(raw_expr) ? 'rewrite' : 'none'),
  CONSTR_IDENTITY: () => 'rewrite',
  CONSTR_GENERATED: ({ generated_kind }) => (generated_kind === 's' ? 'rewrite' : 'none'),
  CONSTR_CHECK: ({ is_enforced }, has) =>
    is_enforced !== true || has('CONSTR_ATTR_NOT_ENFORCED') ? 'none' : 'scan',
  // A default that is not null needs no look; a virtual column has to be computed.
  CONSTR_NOTNULL: (_, has) => (has('CONSTR_DEFAULT') ? 'none' : 'scan'),
  CONSTR_FOREIGN: (_, has) => (has('CONSTR_DEFAULT') ? 'scan' : 'none'),
  CONSTR_UNIQUE: SCANS,
  CONSTR_PRIMARY: SCANS,
  CONSTR_EXCLUSION: SCANS,
};

/** SET NOT NULL: the rows are read, unless they are known to have no null. */
export function setNotNull(name: string | undefined, table: LintRelation | undefined): Effect {
  const column = table?.columns.find((one) => one.name === name);
  const isShown = column !== undefined && (column.notNull || column.provenNotNull);
  return effect('ACCESS EXCLUSIVE', { work: isShown ? 'none' : 'scan' });
}

/** ALTER COLUMN TYPE: a rewrite, unless the old type is known and the new one holds the same bytes. */
export function changeType(
  { name, def }: FieldsOf<'AlterTableCmd'>,
  table: LintRelation | undefined,
): Effect {
  const to = def !== undefined && 'ColumnDef' in def ? def.ColumnDef : undefined;
  const from = table?.columns.find((one) => one.name === name);
  if (from === undefined || to?.typeName === undefined || !isPlain(to.raw_default, name))
    return effect('ACCESS EXCLUSIVE', { work: 'rewrite' });
  const free = isRewriteFree(from.type, typeText(to.typeName));
  const isChecked = (table?.constraints ?? []).some(
    ({ type, columns }) => (type === 'check' || type === 'foreign-key') && columns.includes(from.name),
  );
  return effect('ACCESS EXCLUSIVE', { work: free ? (isChecked ? 'scan' : 'none') : 'rewrite' });
}

/** No USING, or one that only names the column. */
function isPlain(using: Node | undefined, name: string | undefined): boolean {
  return using === undefined || ('ColumnRef' in using && namesOf(using.ColumnRef.fields).join('.') === name);
}

/** SET EXPRESSION: of a stored column all values are computed anew; the tree does not say which it is. */
export function setExpression(name: string | undefined, table: LintRelation | undefined): Effect {
  const column = table?.columns.find((one) => one.name === name);
  return effect('ACCESS EXCLUSIVE', { work: column?.generated === 'virtual' ? 'none' : 'rewrite' });
}
