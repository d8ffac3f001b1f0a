import type { CounterExample, EquivalenceVerdict } from '../equivalence/verdict.ts';
import type { RowsComparison } from '../measure/measurement.ts';
import { formatCount } from './format.ts';

/** `other rows where shop.orders.note is NULL in some rows, with parameters 7: only before (3, NULL); only after nothing`. */
export function describeDifference(
  { state, parameters, difference, onlyOriginal, onlyRewrite }: CounterExample,
  { sensitive }: { readonly sensitive: boolean },
): string {
  if (sensitive) return 'the rewrite gives another result on other data';
  const given = parameters.length === 0 ? '' : `, parameters ${parameters.map(String).join(', ')}`;
  const rows = [
    ...onlyOriginal.slice(0, 1).map((row) => `only the original has ${tuple(row)}`),
    ...onlyRewrite.slice(0, 1).map((row) => `only the rewrite has ${tuple(row)}`),
  ];
  return [`the rewrite differs: ${difference} (${state}${given})`, ...rows].join('; ');
}

function tuple(row: readonly (string | null)[]): string {
  return `(${row.map((value) => value ?? 'NULL').join(', ')})`;
}

/** What was seen of a rewrite that no state of the data contradicts. */
export function describeSameness(
  verdict: Exclude<EquivalenceVerdict, { readonly verdict: 'differs' }>,
  rows: RowsComparison,
): string {
  if (verdict.verdict === 'incomparable') {
    const here = rows === 'same' ? 'the same rows here; ' : '';
    return `${here}sameness was not shown: ${verdict.reason}`;
  }
  const { states, parameterSets, comparisons } = verdict.checks;
  const sets = parameterSets > 1 ? ` with ${parameterSets} parameter sets` : '';
  return `the same result on ${formatCount(states)} states of the data${sets} (${formatCount(comparisons)} comparisons)`;
}
