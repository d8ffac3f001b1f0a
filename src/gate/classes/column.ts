import type { ColumnDef, Constraint, Node } from '@pgsql/types';
import { isPure, isVolatile } from '../../sql/pure-functions.ts';
import { functionsOf, type FunctionName } from '../../sql/probe.ts';
import { isPureType } from '../../sql/pure-types.ts';
import { namesOf } from '../../sql/walk.ts';
import { as, type Classified, type Place } from './class.ts';
import { effectsIn } from './expression.ts';

/**
 * What a column or constraint computes when it is declared on a table that is empty. A default that draws from a
 * sequence is not drawn at that time.
 */
export function declared({ constraints }: ColumnDef, place: Place): Classified[] {
  return constraintsOf(constraints).flatMap((constraint) => computed(constraint, place));
}

export function computed(
  { contype, raw_expr, where_clause, exclusions }: Constraint,
  place: Place,
): Classified[] {
  const effects = effectsIn([raw_expr, where_clause, exclusions], place);
  return contype === 'CONSTR_DEFAULT' && drawsNext(raw_expr, place) ? [] : effects;
}

/** A column that is added to a table with rows. */
export function added(column: ColumnDef, place: Place): Classified[] {
  const constraints = constraintsOf(column.constraints);
  const has = (contype: Constraint['contype']) => constraints.find((given) => given.contype === contype);
  const type = namesOf(column.typeName?.names);
  const generated = has('CONSTR_GENERATED');
  const defaultValue = has('CONSTR_DEFAULT');
  const found: Classified[] = [as('additive', 'adds a column'), ...declared(column, place)];
  if (SERIAL.has(type.at(-1) ?? '') || has('CONSTR_IDENTITY') !== undefined)
    found.push(as('rewrite', 'a column that numbers itself rewrites the table'));
  else if (!isPureType(type))
    found.push(as('opaque', `the type ${type.join('.')} may be a domain with a default or a check`));
  if (generated !== undefined && generated.generated_kind !== 'v')
    found.push(as('rewrite', 'a stored generated column rewrites the table'));
  if (defaultValue !== undefined && isDrawn(defaultValue.raw_expr, place))
    found.push(as('rewrite', 'a default that differs from row to row rewrites the table'));
  if (has('CONSTR_CHECK') !== undefined || (generated !== undefined && has('CONSTR_NOTNULL') !== undefined))
    found.push(as('locking', 'checks every row while everybody waits'));
  if (has('CONSTR_FOREIGN') !== undefined && defaultValue !== undefined)
    found.push(as('locking', 'looks every row up while everybody waits'));
  if (has('CONSTR_UNIQUE') !== undefined || has('CONSTR_PRIMARY') !== undefined)
    found.push(as('locking', 'builds an index while everybody waits'));
  return found;
}

/** A constraint that is added to a table with rows. */
export function constrains(constraint: Constraint, place: Place): Classified[] {
  return [addedConstraint(constraint), ...computed(constraint, place)];
}

function addedConstraint({ contype, skip_validation, is_enforced, indexname }: Constraint): Classified {
  if (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN') {
    return skip_validation === true || is_enforced !== true
      ? UNCHECKED
      : as('locking', 'checks every row while writers wait; NOT VALID and VALIDATE CONSTRAINT do not');
  }
  if (contype === 'CONSTR_NOTNULL') {
    return skip_validation === true
      ? UNCHECKED
      : as('locking', 'checks every row while everybody waits; NOT VALID and VALIDATE CONSTRAINT do not');
  }
  if (contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE') {
    return indexname === undefined
      ? as('locking', 'builds an index while everybody waits; CREATE UNIQUE INDEX CONCURRENTLY does not')
      : as('additive', 'makes an index that is there a constraint');
  }
  return contype === 'CONSTR_EXCLUSION'
    ? as('locking', 'builds an index while everybody waits')
    : as('opaque', 'this constraint is not known');
}

const UNCHECKED = as('additive', 'adds a constraint that is not checked against the rows that are there');

const SERIAL = new Set(['smallserial', 'serial', 'bigserial', 'serial2', 'serial4', 'serial8']);

function constraintsOf(nodes: readonly Node[] | undefined): Constraint[] {
  return (nodes ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
}

/** `nextval('s')`, with or without its cast, and nothing else. */
function drawsNext(expression: Node | undefined, place: Place): boolean {
  if (expression === undefined || !('FuncCall' in expression)) return false;
  const { funcname, args = [] } = expression.FuncCall;
  const names = namesOf(funcname);
  const own = names.length === 1 || (names.length === 2 && names[0] === 'pg_catalog');
  return own && names.at(-1) === 'nextval' && effectsIn(args, place).length === 0;
}

/** Of a function that is not the server's own it is not known whether its value changes. */
function isDrawn(expression: Node | undefined, place: Place): boolean {
  const isFixed = (called: FunctionName) => isPure(called) && !isVolatile(called);
  return drawsNext(expression, place) || !functionsOf(expression).every(isFixed);
}
