import { callsIn, unsafeCalls } from '../gate/reached.ts';
import type { Probe } from '../measure/probe.ts';
import { inServerSpelling } from '../source/placeholders.ts';
import { bindNamed } from '../sql/parameters.ts';
import { readProbe } from '../sql/probe.ts';
import { reachesOut } from '../sql/unsafe-functions.ts';
import { readWritingStatement } from '../sql/writing-statement.ts';
import type { ParameterSet, StatementFacts, Subject } from '../steps/step.ts';
import { Blocked } from '../outcome.ts';

/**
 * Makes a statement a probe: one harmless query, every placeholder with a value in every set.
 * @param spare whether values may be left over: a rewrite may need fewer than the statement that it was made of
 * @param open whether the values may be left to whoever asks: without any the probe has no parameter set
 */
export function readStatement(
  { sql, parameterSets }: NonNullable<Subject['statement']>,
  { spare = false, open = false } = {},
): StatementFacts {
  const isOpen = open && parameterSets.every((set) => Object.keys(set).length === 0);
  const bound = isOpen ? numberPlaceholders(sql) : bindParameters(sql, parameterSets);
  const parsed = readProbe(bound.sql);
  if (!parsed.ok) {
    const hint = /^\s*explain\b/i.test(bound.sql) ? '; leave EXPLAIN out, the plan is read anyway' : '';
    throw new Blocked('refused', parsed.code, parsed.message + hint);
  }
  const unsafe = unsafeCalls(parsed.tree, null);
  if (unsafe.length > 0) {
    const names = unsafe.join(', ');
    throw new Blocked(
      'refused',
      'unsafe-function',
      `the statement calls ${names}, which a read-only transaction does not hold back`,
    );
  }
  const values = isOpen && parsed.parameters > 0 ? [] : bound.values;
  requireValues(values, parsed.parameters, spare);
  const probe: Probe = { sql: parsed.sql, parameterSets: values };
  return { parsed, writes: null, probe, names: bound.names };
}

/**
 * The same for an item: its statement may also write rows, those that a condition names. What nobody gave values for is
 * left open where it only reads.
 */
export function readItemStatement(subject: NonNullable<Subject['statement']>): StatementFacts {
  try {
    return readStatement(subject, { open: true });
  } catch (error) {
    if (!(error instanceof Blocked) || !MAY_WRITE.has(error.conclusion.reason.code)) throw error;
    return readWriting(subject, error);
  }
}

/** Of a text that writes: a statement may lock rows on its way. */
const MAY_WRITE = new Set(['statement-writes', 'statement-locks-rows']);

function readWriting(
  { sql, parameterSets }: NonNullable<Subject['statement']>,
  refusal: Blocked,
): StatementFacts {
  const bound = bindParameters(sql, parameterSets);
  const writes = readWritingStatement(bound.sql);
  if (!writes.ok) throw refusal;
  const everyRow = writes.writes.find((write) => write.everyRow);
  if (everyRow !== undefined)
    throw new Blocked(
      'refused',
      'statement-writes',
      `${everyRow.verb} without WHERE: it writes to every row of ${everyRow.table}`,
    );
  const outward = callsIn(writes.tree).find(reachesOut);
  if (outward !== undefined)
    throw new Blocked(
      'refused',
      'unsafe-function',
      `the statement calls ${outward.name}, which may reach out of its database`,
    );
  requireValues(bound.values, writes.parameters);
  const probe: Probe = { sql: writes.sql, parameterSets: bound.values };
  return { parsed: writes, writes, probe, names: bound.names };
}

/**
 * Ends the item where a set has another number of values than the statement has parameters.
 * @param spare whether values may be left over
 */
export function requireValues(sets: readonly (readonly unknown[])[], wanted: number, spare = false): void {
  for (const [at, values] of sets.entries()) {
    if (values.length === wanted || (spare && values.length > wanted)) continue;
    throw new Blocked(
      'needs-information',
      'parameters-missing',
      parameterQuestion(wanted, values.length, at),
    );
  }
}

/** Named placeholders, and those of drivers, as numbered ones, with the values of each set in their order. */
export function bindParameters(
  sql: string,
  sets: readonly ParameterSet[],
): { sql: string; values: (readonly unknown[])[]; names: readonly string[] } {
  const named = sets.filter((set): set is Readonly<Record<string, unknown>> => !Array.isArray(set));
  if (named.length > 0 && named.length < sets.length) {
    throw new Blocked(
      'needs-information',
      'parameters-mixed',
      'some Params are arrays and some are objects; which is meant?',
    );
  }
  const { sql: text, order, unknown } = bindNamed(inServerSpelling(sql), Object.keys(named[0] ?? {}));
  if (unknown.length > 0) {
    const names = unknown.map((name) => `:${name}`).join(', ');
    throw new Blocked(
      'needs-information',
      'parameters-missing',
      `which values do ${names} have? Add Params, such as {"${unknown[0]}": 1}.`,
    );
  }
  if (named.length === 0) return { sql: text, values: sets.filter((set) => Array.isArray(set)), names: [] };
  return { sql: text, values: named.map((set) => order.map((name) => valueOf(set, name))), names: order };
}

/** Named placeholders, and those of drivers, as numbered ones; nothing is known of their values. */
function numberPlaceholders(sql: string): ReturnType<typeof bindParameters> {
  const spelled = inServerSpelling(sql);
  const bound = bindNamed(spelled, bindNamed(spelled, []).unknown);
  return { sql: bound.sql, values: [[]], names: bound.order };
}

function valueOf(set: Readonly<Record<string, unknown>>, name: string): unknown {
  if (name in set) return set[name];
  throw new Blocked('needs-information', 'parameters-missing', `a set of Params has no value for :${name}`);
}

function parameterQuestion(wanted: number, given: number, at: number): string {
  if (given === 0)
    return `the statement has ${wanted} parameters and no values; add Params, a JSON array with one value for each`;
  return `the statement has ${wanted} parameters, set ${at + 1} of Params gives ${given}; which values are meant?`;
}
