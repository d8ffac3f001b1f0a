import { functionsOf, type FunctionName } from './probe.ts';
import { isPure, isVolatile } from './pure-functions.ts';
import { isPureOperator } from './pure-types.ts';
import { fieldsOf, namesOf, nodesNamed, nodesOf, type FieldsOf, type Visited } from './walk.ts';

/**
 * What decides the result of a statement besides its parameters and the data, as the statement names it: the moment, the role,
 * the session, chance, or what is not known. Null where nothing does. What its views hold is theirs to ask.
 */
export function besideData(tree: unknown): string | null {
  const called = functionsOf(tree).find(dependsOnMore);
  if (called !== undefined) return `${nameOf(called)}()`;
  if (nodesNamed(tree, 'FuncCall').some(isAgeOfToday)) return 'age() of today';
  for (const node of nodesOf(tree)) {
    const found = namedIn(node);
    if (found !== null) return found;
  }
  return null;
}

/** Of the functions that are not volatile: their value is that of a session, a role, a server or a transaction. */
const OF_SESSION =
  /^(?:(?:pg|has|txid|current|to_reg\w*|inet_client|inet_server)_\w+|to_reg\w+|now|statement_timestamp|transaction_timestamp|session_user|system_user|getpgusername|row_security_active|mxid_age|(?:obj|col|shobj)_description)$/;

function dependsOnMore(called: FunctionName): boolean {
  return !isPure(called) || isVolatile(called) || OF_SESSION.test(called.name);
}

function nameOf({ schema, name }: FunctionName): string {
  return schema === null || schema === 'pg_catalog' ? name : `${schema}.${name}`;
}

/** With two arguments it is between them. */
function isAgeOfToday({ funcname, args = [] }: FieldsOf<'FuncCall'>): boolean {
  return namesOf(funcname).at(-1) === 'age' && args.length === 1;
}

/** What the input of dates and times takes for the moment. */
const MOMENT = /^\s*(?:now|today|tomorrow|yesterday)(?:\s+[\d:.+-]+)?\s*$/i;

function namedIn(node: Visited): string | null {
  const word = fieldsOf(node, 'SQLValueFunction')?.op;
  if (word !== undefined) return word.replace(/^SVFOP_|_N$/g, '');
  if (node.tag === 'RangeTableSample') return 'TABLESAMPLE';
  const text = fieldsOf(node, 'A_Const')?.sval?.sval ?? '';
  if (MOMENT.test(text)) return `'${text}'`;
  const expression = fieldsOf(node, 'A_Expr');
  const operator = namesOf(expression?.name);
  const isKnown = isPureOperator(operator) || /^(?:NOT )?BETWEEN(?: SYMMETRIC)?$/.test(operator.at(-1) ?? '');
  if (expression !== null && !isKnown) return `the operator ${operator.join('.')}`;
  // `(x).f` may be a call.
  const indirection = namesOf(fieldsOf(node, 'A_Indirection')?.indirection);
  return indirection.length === 0 ? null : `.${indirection.join('.')}`;
}
